import { HarmonyError, quote } from '../errors.js'
import { specialTokenId } from './special-tokens.js'
import type { Tokenizer } from './tokenizer.js'

export interface EncodeOptions {
  /** Markers that are read as special tokens where their text stands. Default none. */
  readonly allowedSpecial?: 'all' | Iterable<string> | undefined
  /**
   * Texts that must not occur. Default `all`: every marker that is not allowed. An empty
   * list reads markers as ordinary text.
   */
  readonly disallowedSpecial?: 'all' | Iterable<string> | undefined
}

/**
 * The ids of `text`. @throws HarmonyError `disallowed-special-token` where a marker's
 * text stands that is not allowed
 */
export function encode(tokenizer: Tokenizer, text: string, options: EncodeOptions = {}): number[] {
  if (typeof text !== 'string') throw new TypeError(`text: found ${typeof text}, wanted a string`)
  const { allowedSpecial = NONE, disallowedSpecial = 'all' } = options
  // Markers are ordinary text, or there is nothing like one, as in most texts: short ones
  // should not pay for the rest.
  const isOrdinary =
    disallowedSpecial === 'all'
      ? !text.includes('<|')
      : isEmptyArray(disallowedSpecial) && isEmptyArray(allowedSpecial)
  if (isOrdinary) return encodeOrdinary(tokenizer, text)
  const allowed = allowedSpecial === 'all' ? 'all' : new Set(allowedSpecial)
  checkDisallowed(text, disallowedSpecial, allowed)
  if (allowed !== 'all' && allowed.size === 0) return encodeOrdinary(tokenizer, text)
  const tokens: number[] = []
  let start = 0
  for (const marker of markersIn(text)) {
    if (allowed !== 'all' && !allowed.has(marker.text)) continue
    tokenizer.encodeInto(text.slice(start, marker.index), tokens)
    tokens.push(marker.token)
    start = marker.index + marker.text.length
  }
  tokenizer.encodeInto(text.slice(start), tokens)
  return tokens
}

function encodeOrdinary(tokenizer: Tokenizer, text: string): number[] {
  if (tokenizer.encode !== undefined) return tokenizer.encode(text)
  const tokens: number[] = []
  tokenizer.encodeInto(text, tokens)
  return tokens
}

const NONE: readonly string[] = []

function isEmptyArray(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0
}

interface Marker {
  readonly text: string
  readonly token: number
  readonly index: number
}

/**
 * The texts of special tokens in `text`, in order. No marker's text holds another's
 * beginning, so none overlap.
 */
function* markersIn(text: string): Generator<Marker> {
  for (let index = text.indexOf('<|'); index >= 0; index = text.indexOf('<|', index + 1)) {
    // No further than a marker reaches: for each of many beginnings, looking for an end
    // through all of the text would be quadratic.
    const reach = text.slice(index, index + LONGEST_MARKER)
    const end = reach.indexOf('|>', 2)
    if (end < 0) continue
    const marker = reach.slice(0, end + 2)
    const token = specialTokenId(marker)
    if (token !== undefined) yield { text: marker, token, index }
  }
}

const LONGEST_MARKER = '<|reserved_200000|>'.length

function checkDisallowed(
  text: string,
  disallowed: 'all' | Iterable<string>,
  allowed: 'all' | ReadonlySet<string>,
): void {
  if (disallowed === 'all') {
    if (allowed === 'all') return
    for (const marker of markersIn(text))
      if (!allowed.has(marker.text)) throw disallowedError(marker.text, marker.index)
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
