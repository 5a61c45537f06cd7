import { specialTokenText, type Tokenizer } from '../tokenizer/index.js'
import { Utf8Buffer } from './utf8.js'

/** The text of a run of tokens, markers spelled out. */
export interface DecodedTokens {
  readonly text: string
  /** Where each token's part of the text ends. */
  readonly ends: readonly number[]
  /** How many invalid sequences of bytes became U+FFFD in it. */
  readonly invalidCount: number
}

export function decodeWithEnds(tokens: readonly number[], tokenizer: Tokenizer): DecodedTokens {
  const utf8 = new Utf8Buffer()
  const ends: number[] = []
  let text = ''
  for (const token of tokens) {
    const whole = utf8.isEmpty ? tokenizer.tokenText(token) : undefined
    if (whole === undefined) text += utf8.read(tokenizer.tokenBytes(token) ?? specialTokenBytes(token))
    else text += whole
    ends.push(text.length)
  }
  text += utf8.flush()
  if (ends.length > 0) ends[ends.length - 1] = text.length
  return { text, ends, invalidCount: utf8.invalidCount }
}

const encoder = new TextEncoder()

/** The bytes of a special token's text, for the places where it is read as text. */
export function specialTokenBytes(token: number): Uint8Array {
  return encoder.encode(specialTokenText(token))
}
