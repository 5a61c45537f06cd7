import { FIRST_STATE, type PlaygroundState } from './state.js'

const VERSION = '1.'

/** The state as an address's fragment: JSON, deflated, in base64url. No server sees it. */
export async function writeFragment(state: PlaygroundState): Promise<string> {
  const json = new Blob([JSON.stringify(state)])
  const bytes = await bytesOf(json.stream().pipeThrough(new CompressionStream('deflate-raw')))
  const characters = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
  return VERSION + btoa(characters).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/** The state in a fragment; `undefined` where there is none, or it cannot be read. */
export async function readFragment(fragment: string): Promise<PlaygroundState | undefined> {
  if (!fragment.startsWith(VERSION)) return undefined
  try {
    const characters = atob(fragment.slice(VERSION.length).replaceAll('-', '+').replaceAll('_', '/'))
    const deflated = new Blob([Uint8Array.from(characters, (character) => character.charCodeAt(0))])
    const json = await bytesOf(deflated.stream().pipeThrough(new DecompressionStream('deflate-raw')))
    const state = JSON.parse(new TextDecoder().decode(json)) as Partial<PlaygroundState>
    return { ...FIRST_STATE, ...state }
  } catch {
    return undefined
  }
}

async function bytesOf(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  return new Uint8Array(await new Response(stream).arrayBuffer())
}
