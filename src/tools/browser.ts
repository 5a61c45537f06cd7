import { browserTool } from '../message/index.js'
import { o200kHarmony } from '../tokenizer/index.js'
import { builtinTool } from './builtin-tool.js'
import {
  type BrowserLink,
  type BrowserPage,
  type FetchedPage,
  matchesPage,
  readPage,
  resultsPage,
  type SearchResult,
} from './browser-page.js'
import { type ToolContext, type ToolNamespace, ToolOutput } from './tool.js'

export interface BrowserOptions {
  /** Finds pages. The model names `source` rarely. */
  readonly search: (
    query: string,
    options: { readonly topn: number; readonly source?: string | undefined; readonly signal: AbortSignal },
  ) => readonly SearchResult[] | Promise<readonly SearchResult[]>
  /** Gets a page. The URL may be one that the model made up: refuse what it must not reach. */
  readonly fetch: (
    url: string,
    options: {
      readonly viewSource: boolean
      readonly source?: string | undefined
      readonly signal: AbortSignal
    },
  ) => FetchedPage | Promise<FetchedPage>
  /** How many tokens of a page are shown at once, unless the model says how many lines. Default 1024. */
  readonly viewTokens?: number | undefined
}

/** The built-in browser, with the pages that it has shown. */
export interface Browser extends ToolNamespace {
  /** Returns the page that a citation `【{cursor}†L1】` is of; `undefined` if there is none, or if it is a list of results. */
  pageOf(cursor: number): { readonly url: string; readonly title: string } | undefined
}

/**
 * Returns the built-in browser, run over a search and a fetch. It keeps what the official tool texts promise: each display
 * begins with its cursor, lines have numbers, links have ids, and pages are scrolled, followed and searched by these.
 *
 * Make one for each conversation: cursors count its displays. A call's `value` is the action of OpenAI's `web_search_call`.
 *
 * @throws TypeError without `search` or `fetch`
 *
 * Source: the official library's `ToolNamespaceConfig.browser()`.
 *
 * @example
 * ```ts
 * import { createBrowser, createToolSet } from 'gpt-oss-harmony/tools'
 *
 * const browser = createBrowser({
 *   search: () => [{ url: 'https://rome.test/', title: 'Rome', text: 'The city.' }],
 *   fetch: (url) => ({ url, title: 'Rome', text: 'Rome is [old](/history).\nAnd warm.' }),
 * })
 * const tools = createToolSet([browser])
 * const call = { recipient: 'browser.open', name: 'browser.open', arguments: '', json: { id: 'https://rome.test/' } }
 * const { text } = await tools.run(call)
 * console.log(text.split('\n'))
 * // ['[0] Rome (https://rome.test/)', '**viewing lines [0 - 1] of 1**', '', 'L0: Rome is 【0†old】.', 'L1: And warm.']
 * ```
 */
export function createBrowser(options: BrowserOptions): Browser {
  for (const name of ['search', 'fetch'] as const)
    if (typeof (options as Partial<BrowserOptions> | undefined)?.[name] !== 'function')
      throw new TypeError(`createBrowser: options.${name} is missing, wanted a function`)
  const { search, fetch, viewTokens = 1024 } = options
  const pages: BrowserPage[] = []
  /** The cursor of what was shown last, which the model means by -1 or nothing. */
  let current = 0

  const pageAt = (cursor: number): BrowserPage => {
    const page = pages[cursor]
    if (page !== undefined) return page
    if (pages.length === 0) throw new Error('no page is open yet: search, or open a URL')
    throw new Error(`there is no page with cursor ${cursor}, wanted one from 0 to ${pages.length - 1}`)
  }
  const add = (page: BrowserPage): number => pages.push(page) - 1
  const show = (cursor: number, action: object, firstLine = 0, lineCount?: number): ToolOutput => {
    const text = display(pageAt(cursor), cursor, firstLine, lineCount, viewTokens)
    current = cursor
    return new ToolOutput(text, { value: action })
  }
  const fetchPage = async (url: string, options: Parameters<typeof fetch>[1]): Promise<BrowserPage> => {
    const fetched = await fetch(url, options)
    return readPage({ ...fetched, url: fetched.url ?? url })
  }
  /** Where a link leads: a URL, or a line of a page that is there. */
  const targetOf = (input: Input, cursor: number): BrowserLink => {
    const { id } = input
    if (typeof id === 'string' && id !== '' && Number.isNaN(Number(id))) return { url: id }
    const linkId = countAt(input, 'id')
    const page = pageAt(cursor)
    if (linkId === undefined) return { url: page.url, match: { cursor, line: 0 } }
    const link = page.links[linkId]
    if (link !== undefined) return link
    throw new Error(`page ${cursor} has no link ${linkId}: it has ${page.links.length}, counted from 0`)
  }

  const namespace = builtinTool(browserTool(), {
    async search(input: Input, { signal }: ToolContext) {
      const query = textAt(input, 'query')
      const topn = countAt(input, 'topn') ?? 10
      const source = optionalTextAt(input, 'source')
      const results = (await search(query, { topn, source, signal })).slice(0, topn)
      const sources = results.map(({ url }) => ({ type: 'url', url }))
      return show(add(resultsPage(query, results)), { type: 'search', query, sources })
    },

    async open(input: Input, { signal }: ToolContext) {
      const source = optionalTextAt(input, 'source')
      const viewSource = input['view_source'] === true
      const { url, match } = targetOf(input, countAt(input, 'cursor') ?? current)
      const isShown = match !== undefined && !viewSource
      if (url === '' && !isShown) throw new Error('a list of results has no source: open one of its links')
      const cursor = isShown ? match.cursor : add(await fetchPage(url, { viewSource, source, signal }))
      const firstLine = countAt(input, 'loc') ?? (isShown ? match.line : 0)
      return show(
        cursor,
        { type: 'open_page', url: pageAt(cursor).url },
        firstLine,
        countAt(input, 'num_lines'),
      )
    },

    find(input: Input) {
      const pattern = textAt(input, 'pattern')
      const searched = countAt(input, 'cursor') ?? current
      const page = pageAt(searched)
      const action = { type: 'find_in_page', url: page.url, pattern }
      const matches = matchesPage(pattern, page, searched)
      if (matches.links.length > 0) return show(add(matches), action)
      return new ToolOutput(`No matches of \`${pattern}\` in \`${page.title}\`.`, { value: action })
    },
  })
  return {
    ...namespace,
    pageOf(cursor) {
      const page = pages[cursor]
      return page === undefined || page.url === '' ? undefined : { url: page.url, title: page.title }
    },
  }
}

/** What a model wrote, which need not fit the tool's schema. */
type Input = Readonly<Record<string, unknown>>

function textAt(input: Input, key: string): string {
  const value = input[key]
  if (typeof value !== 'string' || value.trim() === '') throw new Error(`${key} is missing, wanted a text`)
  return value
}

function optionalTextAt(input: Input, key: string): string | undefined {
  const value = input[key]
  return typeof value === 'string' ? value : undefined
}

/** A whole number, also as text. The model writes -1, or an empty text, for one that it does not give. */
function countAt(input: Input, key: string): number | undefined {
  const value = input[key] ?? ''
  if (value === '') return undefined
  const number = typeof value === 'string' || typeof value === 'number' ? Math.floor(Number(value)) : NaN
  if (Number.isNaN(number)) throw new Error(`${key} is ${JSON.stringify(value)}, wanted a whole number`)
  return number < 0 ? undefined : number
}

/** Writes a part of a page: as many lines as were asked for, or as fit, at least one. */
function display(
  { url, title, lines }: BrowserPage,
  cursor: number,
  firstLine: number,
  lineCount: number | undefined,
  viewTokens: number,
): string {
  if (firstLine >= lines.length)
    throw new Error(`page ${cursor} has no line ${firstLine}: its last is ${lines.length - 1}`)
  const numbered = (index: number) => `L${index}: ${lines[index]}`
  const shown = [numbered(firstLine)]
  const tokenizer = o200kHarmony()
  let tokenCount = tokenizer.count(shown[0])
  for (let index = firstLine + 1; index < lines.length && shown.length < (lineCount ?? Infinity); index++) {
    const line = numbered(index)
    tokenCount += tokenizer.count(`\n${line}`)
    if (lineCount === undefined && tokenCount > viewTokens) break
    shown.push(line)
  }
  const place = url === '' ? '' : ` (${url})`
  const lastLine = firstLine + shown.length - 1
  return [
    `[${cursor}] ${title}${place}`,
    `**viewing lines [${firstLine} - ${lastLine}] of ${lines.length - 1}**`,
    '',
    ...shown,
  ].join('\n')
}
