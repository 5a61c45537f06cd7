import { HarmonyError, quote } from '../errors.js'
import { specialTokenId } from './special-tokens.js'
import type { Tokenizer } from './tokenizer.js'

export interface EncodeOptions {
  /** Markers that are read as special tokens where their text stands. Default none. */
  readonly allowedSpecial?: 'all' | Iterable<string>
  /** Texts that must not occur. Default `all`: every marker that is not allowed. An empty list reads markers as ordinary text. */
  readonly disallowedSpecial?: 'all' | Iterable<string>
}

/** The ids of `text`. @throws HarmonyError `disallowed-special-token` where a marker's text stands that is not allowed */
export function encode(tokenizer: Tokenizer, text: string, options: EncodeOptions = {}): number[] {
  if (typeof text !== 'string') throw new TypeError(`text: found ${typeof text}, wanted a string`)
  const { allowedSpecial = [], disallowedSpecial = 'all' } = options
  const allowed = allowedSpecial === 'all' ? 'all' : new Set(allowedSpecial)
  checkDisallowed(text, disallowedSpecial, allowed)
  const tokens: number[] = []
  let start = 0
  for (const marker of markersIn(text)) {
    if (allowed !== 'all' && !allowed.has(marker.text)) continue
    tokenizer.encodeInto(text.slice(start, marker.index), tokens)
    tokens.push(marker.token)
    start = marker.index + marker.text.length
  }
  tokenizer.encodeInto(start === 0 ? text : text.slice(start), tokens)
  return tokens
}

interface Marker {
  readonly text: string
  readonly token: number
  readonly index: number
}

/** The texts of special tokens in `text`, in order. No marker's text holds another's beginning, so none overlap. */
function* markersIn(text: string): Generator<Marker> {
  for (let index = text.indexOf('<|'); index >= 0; index = text.indexOf('<|', index + 1)) {
    const end = text.indexOf('|>', index + 2)
    if (end < 0) return
    if (end - index > LONGEST_NAME) continue
    const marker = text.slice(index, end + 2)
    const token = specialTokenId(marker)
    if (token !== undefined) yield { text: marker, token, index }
  }
}

/** Length of `<|reserved_200000`: what is longer is no marker, and not worth cutting out. */
const LONGEST_NAME = '<|reserved_200000'.length

function checkDisallowed(text: string, disallowed: 'all' | Iterable<string>, allowed: 'all' | ReadonlySet<string>): void {
  if (disallowed === 'all') {
    if (allowed === 'all') return
    for (const marker of markersIn(text)) if (!allowed.has(marker.text)) throw disallowedError(marker.text, marker.index)
    return
  }
  const found = [...disallowed]
    .map((marker) => ({ marker, index: text.indexOf(marker) }))
    .filter(({ index }) => index >= 0)
    .sort((one, other) => one.index - other.index)[0]
  if (found !== undefined) throw disallowedError(found.marker, found.index)
}

function disallowedError(marker: string, index: number): HarmonyError {
  return new HarmonyError(
    'disallowed-special-token',
    `text: special token ${quote(marker)} at index ${index}; list it in allowedSpecial to encode it as a token, or pass disallowedSpecial: [] to encode it as ordinary text`,
    { evidence: marker },
  )
}
