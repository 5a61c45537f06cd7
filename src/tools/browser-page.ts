/** A page as the model sees it: lines with numbers, and links with ids. */
export interface BrowserPage {
  /** Empty for a list of search results. */
  readonly url: string
  readonly title: string
  readonly lines: readonly string[]
  /** By id. */
  readonly links: readonly BrowserLink[]
}

export interface BrowserLink {
  readonly url: string
  /** The page and the line that a match of `find` stands on. */
  readonly match?: { readonly cursor: number; readonly line: number }
}

/** What a search found. */
export interface SearchResult {
  readonly url: string
  readonly title: string
  /** A passage, or a summary. */
  readonly text?: string | undefined
}

/** A page as text, or as Markdown, whose links the model can then follow. */
export interface FetchedPage {
  readonly title: string
  readonly text: string
  /** Where the page was found, if not where it was asked for. */
  readonly url?: string | undefined
}

const LINE_WIDTH = 80

export function resultsPage(query: string, results: readonly SearchResult[]): BrowserPage {
  const text = results.map(
    ({ url, title, text = '' }, id) => `${linkText(id, title, hostOf(url))}\n${text}\n`,
  )
  return {
    url: '',
    title: query,
    lines: pageLines(text.join('\n')),
    links: results.map(({ url }) => ({ url })),
  }
}

/** Gives the Markdown links of a text ids: `[Rome](/rome)` becomes `【0†Rome】`, with the host behind it if it is another. */
export function readPage({ title, text, url = '' }: FetchedPage): BrowserPage {
  const links: BrowserLink[] = []
  const linked = text.replace(
    MARKDOWN_LINK,
    (source: string, image: string, label: string, target: string) => {
      if (image !== '') return `[Image: ${label}]`
      const resolved = resolve(target, url)
      if (resolved === undefined) return source
      const host = hostOf(resolved)
      const id = links.push({ url: resolved }) - 1
      return linkText(id, label, host === hostOf(url) ? '' : host)
    },
  )
  return { url, title, lines: pageLines(linked), links }
}

/** The places where a pattern occurs: letter by letter, but for case and how white space is broken. */
export function matchesPage(pattern: string, page: BrowserPage, cursor: number): BrowserPage {
  const words = pattern.trim().split(/\s+/).map(escaped)
  const text = page.lines.join('\n')
  const links: BrowserLink[] = []
  const shown: string[] = []
  let line = 0
  let lineStart = 0
  for (const { index } of text.matchAll(new RegExp(words.join('\\s+'), 'giu'))) {
    for (let end; (end = lineStart + page.lines[line].length) < index; line++) lineStart = end + 1
    // One result a line: what stands around a match shows the next ones.
    if (links.at(-1)?.match?.line === line) continue
    const id = links.push({ url: page.url, match: { cursor, line } }) - 1
    shown.push(linkText(id, `match at L${line}`, ''))
    for (const near of page.lines.slice(line, line + MATCH_LINES)) shown.push(near)
    shown.push('')
    if (links.length === MAX_MATCHES) break
  }
  return {
    url: page.url,
    title: `Find results for text: \`${pattern}\` in \`${page.title}\``,
    lines: shown,
    links,
  }
}

const MARKDOWN_LINK = /(!?)\[([^\][]*)\]\(\s*<?([^\s()<>]+)(?:[\s<>][^()]*)?\)/g
const MAX_MATCHES = 50
const MATCH_LINES = 4

function linkText(id: number, label: string, host: string): string {
  return `【${id}†${label}${host === '' ? '' : `†${host}`}】`
}

function pageLines(text: string): string[] {
  return text.trimEnd().split(/\r?\n/).flatMap(wrapped)
}

/** Breaks a line between words, so that line numbers name short passages. A word that is too long stays whole. */
function wrapped(line: string): string[] {
  if (line.length <= LINE_WIDTH) return [line]
  const lines: string[] = []
  let current = ''
  for (const word of line.split(/(?<=\s)(?=\S)/)) {
    if (current !== '' && current.length + word.trimEnd().length > LINE_WIDTH) {
      lines.push(current.trimEnd())
      current = ''
    }
    current += word
  }
  return [...lines, current.trimEnd()]
}

/** Where a link leads, if that is another page. */
function resolve(target: string, base: string): string | undefined {
  try {
    const url = new URL(target, base === '' ? undefined : base)
    return /^https?:$/.test(url.protocol) ? url.href : undefined
  } catch {
    return undefined
  }
}

function hostOf(url: string): string {
  try {
    return new URL(url).host
  } catch {
    return ''
  }
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}
