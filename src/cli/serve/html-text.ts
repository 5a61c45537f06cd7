/**
 * Returns the text of a page, a block a line, links as `[text](address)`. The page may be anything that a stranger
 * wrote: the time is linear in its length.
 */
export function textOfHtml(html: string): string {
  const writer = new TextWriter()
  /** Elements that are not closed any more, so that they are not looked for twice. */
  const unclosed = new Set<string>()
  let at = 0
  for (let open; (open = html.indexOf('<', at)) !== -1;) {
    writer.text(html.slice(at, open))
    if (html.startsWith('<!--', open)) {
      at = endAfter(html, '-->', open)
      continue
    }
    TAG.lastIndex = open
    const tag = TAG.exec(html)
    if (tag === null) {
      writer.text('<')
      at = open + 1
      continue
    }
    at = endAfter(html, '>', open)
    const [, slash, written] = tag
    const name = written.toLowerCase()
    const source = html.slice(open, at)
    if (slash === '' && HIDDEN.has(name) && !source.endsWith('/>') && !unclosed.has(name)) {
      const end = new RegExp(`</${name}\\b`, 'gi')
      end.lastIndex = at
      const found = end.exec(html)
      if (found === null) unclosed.add(name)
      else at = endAfter(html, '>', found.index)
    } else if (name === 'a') writer.link(slash === '' ? hrefOf(source) : undefined)
    else if (CELLS.has(name)) writer.text(' ')
    else if (BLOCKS.has(name)) writer.text('\n')
  }
  writer.text(html.slice(at))
  return writer.finish()
}

/** Returns the content of a page's first `<title>`. */
export function titleOfHtml(html: string): string | undefined {
  const start = html.search(/<title\b/i)
  if (start === -1) return undefined
  const content = endAfter(html, '>', start)
  return oneLine(withoutEntities(html.slice(content, html.indexOf('<', content))))
}

/** A tag's beginning; `<!doctype`, `<?xml` and `</3` have no name. */
const TAG = /<(\/?)([a-z][^\s/>]*|(?=[!?/]))/iy
const HIDDEN: ReadonlySet<string> = new Set(['noscript', 'script', 'style', 'svg', 'template', 'title'])
const CELLS: ReadonlySet<string> = new Set(['td', 'th'])
const BLOCKS: ReadonlySet<string> = new Set(
  'address article aside blockquote body br dd div dl dt figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol option p pre section table tr ul'.split(
    ' ',
  ),
)

/** Returns the index after the next `end`; the text's length if there is none, as an unclosed tag hides the rest. */
function endAfter(text: string, end: string, from: number): number {
  const at = text.indexOf(end, from)
  return at === -1 ? text.length : at + end.length
}

function hrefOf(tag: string): string | undefined {
  const [, double, single, bare] = /\shref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/i.exec(tag) ?? []
  return double ?? single ?? bare
}

class TextWriter {
  #parts: string[] = []
  #link: { readonly href: string; readonly firstPart: number } | undefined

  text(text: string): void {
    this.#parts.push(text)
  }

  /** Begins a link, or a place without one. A link ends where the next begins, because none contains another. */
  link(href: string | undefined): void {
    if (this.#link !== undefined) {
      const { firstPart } = this.#link
      const label = oneLine(this.#parts.splice(firstPart).join(''))
      if (label !== '') this.#parts.push(`[${label}](${this.#link.href})`)
    }
    // An address within the page leads nowhere else.
    const address = href?.replace(/#.*/s, '').trim() ?? ''
    this.#link = address === '' ? undefined : { href: address, firstPart: this.#parts.length }
  }

  finish(): string {
    this.link(undefined)
    return withoutEntities(this.#parts.join(''))
      .split('\n')
      .map(oneLine)
      .filter((line) => line !== '')
      .join('\n')
  }
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}

function withoutEntities(text: string): string {
  return text.replace(
    /&(?:(amp|apos|gt|lt|nbsp|quot)|#(\d{1,7})|#x([\da-f]{1,6}));/gi,
    (entity, name?: string, ...codes) => {
      if (name !== undefined) return ENTITIES[name.toLowerCase()]
      const [decimal, hexadecimal] = codes as (string | undefined)[]
      const codePoint = decimal === undefined ? Number.parseInt(hexadecimal!, 16) : Number(decimal)
      return codePoint > 0x10ffff ? entity : String.fromCodePoint(codePoint)
    },
  )
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  apos: "'",
  gt: '>',
  lt: '<',
  nbsp: ' ',
  quot: '"',
}
