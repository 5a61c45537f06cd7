import type { HarmonyEncoding } from '../encoding.js'

/** A special token and the text up to the next one. */
export interface MarkerPart {
  readonly tokenIndex: number
  /** `undefined` for text before the first special token. */
  readonly marker: number | undefined
  readonly markerText: string
  readonly text: string
  /** The marker's and the text's. */
  readonly tokens: readonly number[]
}

/** Cuts tokens before each special one. @throws HarmonyError `invalid-token`, with the token's index */
export function cutIntoParts(encoding: HarmonyEncoding, tokens: readonly number[]): readonly MarkerPart[] {
  // Once as a whole, so that an error has the index in the whole.
  encoding.decodeBytes(tokens)
  const parts: MarkerPart[] = []
  for (let start = 0, end; start < tokens.length; start = end) {
    end = start + 1
    while (end < tokens.length && !encoding.isSpecialToken(tokens[end])) end++
    const hasMarker = encoding.isSpecialToken(tokens[start])
    const textStart = hasMarker ? start + 1 : start
    parts.push({
      tokenIndex: start,
      marker: hasMarker ? tokens[start] : undefined,
      markerText: encoding.decode(tokens.slice(start, textStart)),
      text: encoding.decode(tokens.slice(textStart, end)),
      tokens: tokens.slice(start, end),
    })
  }
  return parts
}
