import { CharacterTokenizer } from './character-tokenizer.js'
import { MarkerScanner, type ScannedText } from './marker-scanner.js'
import type { ParserEvent } from './events.js'
import { checkOnEvent, createReading, eventHandler, type ParserOptions } from './parser.js'
import { StrippedMarkers } from './stripped-markers.js'

export interface TextParserOptions extends Omit<ParserOptions, 'prefill' | 'state'> {
  /** Takes the events. Their token indexes and usage count characters, a marker as one. */
  readonly onEvent: (event: ParserEvent) => void
  /**
   * Whether the server takes the markers out of its text (`analysis…assistantfinal…`): they are then put back by guessing, which is wrong where the model
   * writes such a run of words itself. Default `false`.
   */
  readonly strippedMarkers?: boolean | undefined
}

export interface TextParser {
  /** Reads a chunk of text. How the text is cut into chunks changes nothing but how a message's deltas are divided. */
  push(chunk: string): void
  /** The input is over. `stopped: true` says that the engine stopped on a stop token that it kept to itself. */
  end(options?: { readonly stopped?: boolean | undefined }): void
}

/**
 * The parser for engines that send text instead of tokens, special tokens spelled out in it. Same events as `createParser`; their token indexes count
 * characters, a marker as one. Text that spells a marker cannot be told from the marker here.
 *
 * @throws TypeError for a chunk that is no string; HarmonyError from `push` and `end` as `createParser`
 *
 * @example
 * ```ts
 * import { createTextParser } from 'gpt-oss-harmony'
 *
 * let answer = ''
 * const parser = createTextParser({ onEvent: (event) => (answer += event.type === 'content-delta' ? event.delta : '') })
 * for (const chunk of ['<|chan', 'nel|>final<|mess', 'age|>Hel', 'lo<|return|>']) parser.push(chunk)
 * parser.end()
 * console.log(answer) // 'Hello'
 * ```
 */
export function createTextParser(options: TextParserOptions): TextParser {
  checkOnEvent(options, 'createTextParser')
  const tokenizer = new CharacterTokenizer()
  const reading = createReading({ tokenizer }, options, eventHandler(options))
  // A chunk may end within a character: its first half waits for the second.
  let half = ''
  const scanned: ScannedText = {
    text(text) {
      const [, whole, last] = /^(.*?)([\uD800-\uDBFF]?)$/s.exec(half + text)!
      half = last!
      readCharacters(whole)
    },
    marker(token) {
      readHalf()
      reading.push(token)
    },
  }
  const readCharacters = (text: string) => {
    const tokens: number[] = []
    tokenizer.encodeInto(text, tokens)
    for (const token of tokens) reading.push(token)
  }
  const readHalf = () => {
    readCharacters(half)
    half = ''
  }
  const source = options.strippedMarkers ? new StrippedMarkers(scanned) : new MarkerScanner(scanned)
  return {
    push(chunk) {
      if (typeof chunk !== 'string') throw new TypeError(`chunk: found ${typeof chunk}, wanted a string`)
      source.push(chunk)
      reading.giveDelta()
    },
    end({ stopped = false } = {}) {
      source.end()
      readHalf()
      reading.end(stopped)
    },
  }
}
