import { lookup } from 'node:dns/promises'
import { BlockList, isIP } from 'node:net'
import { type Browser, createBrowser, type FetchedPage } from '../../tools/index.js'
import { textOfHtml, titleOfHtml } from './html-text.js'

export interface WebBrowserOptions {
  /** With `{query}` where the query goes; answers as SearXNG does. */
  readonly searchUrl: string
  /** Hosts that are fetched although their addresses are private. */
  readonly privateHosts?: readonly string[] | undefined
}

/** Makes browsers that search through a search engine's JSON, and fetch pages of the public web. */
export function webBrowser({ searchUrl, privateHosts = [] }: WebBrowserOptions): () => Browser {
  return () =>
    createBrowser({
      async search(query, { topn, signal }) {
        const response = await fetch(searchUrl.replace('{query}', encodeURIComponent(query)), { signal })
        if (!response.ok) throw new Error(`the search answered with status ${response.status}`)
        const { results = [] } = (await response.json()) as { results?: Record<string, unknown>[] }
        return results.slice(0, topn).map(({ url, title, content }) => ({
          url: String(url),
          title: typeof title === 'string' ? title : String(url),
          text: typeof content === 'string' ? content : '',
        }))
      },
      fetch: (url, { viewSource, signal }) => fetchPage(url, viewSource, privateHosts, signal),
    })
}

const MOST_REDIRECTS = 5
const MOST_BYTES = 4 * 1024 * 1024

async function fetchPage(
  address: string,
  viewSource: boolean,
  privateHosts: readonly string[],
  signal: AbortSignal,
): Promise<FetchedPage> {
  let url = new URL(address)
  for (let i = 0; i <= MOST_REDIRECTS; i++) {
    await checkIsPublic(url, privateHosts)
    const response = await fetch(url, { redirect: 'manual', signal })
    const location = response.headers.get('location')
    if (response.status >= 300 && response.status < 400 && location !== null) {
      url = new URL(location, url)
      continue
    }
    if (!response.ok) throw new Error(`${url.href} answered with status ${response.status}`)
    const type = response.headers.get('content-type') ?? 'text/html'
    if (!/^(?:text\/|application\/(?:json|xml|xhtml))/.test(type))
      throw new Error(`${url.href} is no text but ${type}`)
    const source = await readText(response)
    const isHtml = /html/.test(type) && !viewSource
    return {
      url: url.href,
      title: titleOfHtml(source) ?? url.href,
      text: isHtml ? textOfHtml(source) : source,
    }
  }
  throw new Error(`${address} leads to more than ${MOST_REDIRECTS} redirects`)
}

/** The URL may be one that the model made up, or that a page made it write. */
async function checkIsPublic({ protocol, hostname }: URL, privateHosts: readonly string[]): Promise<void> {
  if (protocol !== 'http:' && protocol !== 'https:') throw new Error(`${protocol} is no protocol of the web`)
  if (privateHosts.includes(hostname)) return
  const host = hostname.replace(/^\[|\]$/g, '')
  const addresses = isIP(host) > 0 ? [{ address: host }] : await lookup(host, { all: true })
  for (const { address } of addresses) {
    const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address
    if (PRIVATE.check(mapped, isIP(mapped) === 6 ? 'ipv6' : 'ipv4'))
      throw new Error(`${hostname} is no host of the public web`)
  }
}

const PRIVATE = new BlockList()
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['224.0.0.0', 3],
] as const)
  PRIVATE.addSubnet(network, prefix, 'ipv4')
for (const [network, prefix] of [
  ['::', 127],
  ['::ffff:0:0', 96],
  ['64:ff9b::', 96],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  PRIVATE.addSubnet(network, prefix, 'ipv6')

async function readText(response: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  let length = 0
  for await (const chunk of response.body ?? []) {
    length += chunk.length
    text += decoder.decode(chunk, { stream: true })
    if (length > MOST_BYTES) break
  }
  return text
}
