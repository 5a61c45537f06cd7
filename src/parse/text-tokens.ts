import type { Tokenizer } from '../tokenizer/index.js'
import { MarkerScanner, type ScannedText } from './marker-scanner.js'
import { StrippedMarkers } from './stripped-markers.js'

/** Turns the text of an engine that gives no ids into ids that spell it. */
export interface TextTokenizer {
  /** Returns the ids of a chunk. What may be the beginning of a marker or half a character waits for the next. */
  push(chunk: string): number[]
  end(): number[]
}

/**
 * Creates a tokenizer of text in chunks, special tokens spelled out in it. The ids spell the same text as those
 * that were sampled, but need not be the same: a word may be cut in two by a chunk's end.
 *
 * @param strippedMarkers puts markers back that the server took out, by guessing
 */
export function createTextTokenizer(tokenizer: Tokenizer, strippedMarkers = false): TextTokenizer {
  let tokens: number[] = []
  let half = ''
  const encodeText = (text: string) => {
    const [, whole, last] = /^(.*?)([\uD800-\uDBFF]?)$/s.exec(half + text)!
    half = last
    tokenizer.encodeInto(whole, tokens)
  }
  const encodeHalf = () => {
    tokenizer.encodeInto(half, tokens)
    half = ''
  }
  const scanned: ScannedText = {
    text: encodeText,
    marker(token) {
      encodeHalf()
      tokens.push(token)
    },
  }
  const source = strippedMarkers ? new StrippedMarkers(scanned) : new MarkerScanner(scanned)
  const taken = () => {
    const result = tokens
    tokens = []
    return result
  }
  return {
    push(chunk) {
      source.push(chunk)
      return taken()
    },
    end() {
      source.end()
      encodeHalf()
      return taken()
    },
  }
}
