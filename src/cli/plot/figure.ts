import { escaped } from './page.js'

/** A chart. Positions are percent of the width, and percent of the height from the top. */
export interface Figure {
  /** Read out to those who do not see it. */
  readonly label: string
  /** Stands below the horizontal axis. */
  readonly caption: string
  /** SVG in a box of 100 × 100, drawn by the functions below. */
  readonly shapes: readonly string[]
  readonly levels: readonly { readonly y: number; readonly text: string }[]
  /** A narrow screen has no room for the minor ones. */
  readonly ticks: readonly { readonly x: number; readonly text: string; readonly isMinor?: boolean }[]
}

/** The shapes are stretched to the figure and the labels are not, which keeps them readable on a narrow screen. */
export function figure({ label, caption, shapes, levels, ticks }: Figure): string {
  return `<figure><div role="img" aria-label="${escaped(label)}">
${levels.map(({ y, text }) => `<div class="level" style="top: ${fixed(y)}%"><span>${escaped(text)}</span></div>`).join('\n')}
<svg viewBox="0 0 100 100" preserveAspectRatio="none">
${shapes.join('\n')}
</svg>
${ticks
  .map(
    ({ x, text, isMinor = false }) =>
      `<span class="tick${isMinor ? ' minor' : ''}" style="left: ${fixed(x)}%">${escaped(text)}</span>`,
  )
  .join('\n')}
</div><figcaption>${escaped(caption)}</figcaption>
</figure>`
}

/** A bar from the bottom up, with a gap of a tenth before the next. @param title shown under the pointer */
export function bar(from: number, to: number, top: number, title: string, shade?: 'pale'): string {
  return `<rect${shade === undefined ? '' : ` class="${shade}"`} x="${fixed(from)}" y="${fixed(top)}" width="${fixed((to - from) * 0.9)}" height="${fixed(100 - top)}"><title>${escaped(title)}</title></rect>`
}

/** A line downwards. @param title shown under the pointer */
export function mark(x: number, title: string, top = 0, bottom = 100): string {
  return `<line x1="${fixed(x)}" x2="${fixed(x)}" y1="${fixed(top)}" y2="${fixed(bottom)}"><title>${escaped(title)}</title></line>`
}

function fixed(number: number): string {
  return number.toFixed(2)
}
