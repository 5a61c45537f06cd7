/**
 * Returns a page without a script and without anything to load, for light and dark screens from 320 pixels of width.
 *
 * @param body HTML: `figure`, `table`, and paragraphs of escaped text
 * @param styles more style rules, for what else the body has
 */
export function page(title: string, heading: string, body: readonly string[], styles = ''): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title>
<style>
  :root { color-scheme: light dark }
  body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; background: Canvas; color: CanvasText }
  h1 { font-size: 1.5rem; overflow-wrap: anywhere }
  table { border-spacing: 0 }
  td { padding: .1rem clamp(.6rem, 2vw, 1.5rem) .1rem 0; font-variant-numeric: tabular-nums }
  td:last-child { overflow-wrap: anywhere }
  .grid { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)) }
  figure { position: relative; height: 18rem; margin: 1.5rem 1.5rem 4rem 5.5rem; font-size: 13px }
  .grid figure { height: 10rem; margin: 1.5rem 1.5rem 4rem 3.5rem }
  svg { position: absolute; width: 100%; height: 100%; overflow: visible }
  rect { fill: #4a7fb5 }
  .pale { fill: #4a7fb566 }
  rect:hover { fill: #e08a3c }
  line { stroke: #e08a3c; stroke-width: 2; vector-effect: non-scaling-stroke }
  .level { position: absolute; width: 100%; border-top: 1px solid #8886 }
  .level span { position: absolute; right: 100%; padding-right: .5rem; transform: translateY(-50%) }
  .tick { position: absolute; top: 100%; padding-top: .3rem; transform: translateX(-50%) }
  figcaption { position: absolute; top: 100%; width: 100%; padding-top: 1.8rem; text-align: center }
  @media (max-width: 45rem) { .minor { display: none } }
${styles}</style>
<main>
<h1>${escaped(heading)}</h1>
${body.join('\n')}
</main>
</html>
`
}

/** Rows of plain text. */
export function table(rows: readonly (readonly string[])[]): string {
  return `<table>
${rows.map((cells) => `<tr>${cells.map((cell) => `<td>${escaped(cell)}</td>`).join('')}</tr>`).join('\n')}
</table>`
}

export function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)
}
