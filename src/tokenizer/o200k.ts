import { JavaScriptEncoder } from './javascript-encoder.js'
import type { SegmentEncoder } from './segment-encoder.js'
import { SEGMENT, segmentEnd } from './segments.js'
import { TokenSpelling } from './token-spelling.js'
import type { O200kTokenizer } from './tokenizer.js'
import { TOKEN_COUNT } from './vocabulary.js'
import { WasmEncoder } from './wasm-encoder.js'

/**
 * The tokenizer of gpt-oss, `o200k_harmony`, with the vocabulary inside this package:
 * loaded at the first call, kept from then on. It agrees with OpenAI's tiktoken on every
 * input, and its cost grows with the length of the text alone.
 *
 * @example
 * ```ts
 * import { o200kHarmony } from 'gpt-oss-harmony'
 *
 * const tokens: number[] = []
 * o200kHarmony().encodeInto('Hello world', tokens)
 * console.log(tokens) // [13225, 2375]
 * console.log(o200kHarmony().count('Hello world')) // 2
 * ```
 */
export function o200kHarmony(): O200kTokenizer {
  return (shared ??= createO200kHarmony())
}

let shared: O200kTokenizer | undefined

/**
 * A tokenizer of one's own, whose encoder can be chosen and whose cache of pieces can be
 * emptied: for measuring and testing.
 */
export function createO200kHarmony(engine: 'wasm' | 'javascript' | 'any' = 'any'): O200kHarmony {
  switch (engine) {
    case 'wasm':
      return new O200kHarmony(new WasmEncoder())
    case 'javascript':
      return new O200kHarmony(new JavaScriptEncoder())
    case 'any':
      return new O200kHarmony(createEncoder())
  }
}

/**
 * WebAssembly where it may run: a page's security policy, Node's `--jitless` or a lack of
 * address space may forbid it.
 */
function createEncoder(): SegmentEncoder {
  try {
    return new WasmEncoder()
  } catch {
    return new JavaScriptEncoder()
  }
}

class O200kHarmony implements O200kTokenizer {
  readonly name = 'o200k_harmony'

  readonly #encoder: SegmentEncoder
  #spelling: TokenSpelling | undefined
  /** Text of each token asked for so far; `null` where the bytes are no whole characters. */
  #texts: (string | null | undefined)[] = []

  constructor(encoder: SegmentEncoder) {
    this.#encoder = encoder
  }

  encode(text: string): number[] {
    checkText(text)
    const encoder = this.#encoder
    if (text.length <= SEGMENT) {
      const count = encoder.encode(text)
      const array = new Array<number>(count)
      copy(encoder.tokens, count, array, 0)
      return array
    }
    const segments: Int32Array[] = []
    const total = this.#encodeSegments(text, (tokens, count) => segments.push(tokens.slice(0, count)))
    const array = new Array<number>(total)
    let start = 0
    for (const tokens of segments) {
      copy(tokens, tokens.length, array, start)
      start += tokens.length
    }
    return array
  }

  encodeInto(text: string, into: number[] | Int32Array | Uint32Array): number {
    checkText(text)
    if (Array.isArray(into)) return this.#encodeSegments(text, (tokens, count) => append(tokens, count, into))
    return this.#encodeSegments(text, (tokens, count, start) => {
      if (start + count > into.length)
        throw new RangeError(`into: found room for ${into.length} tokens, wanted more`)
      into.set(tokens.subarray(0, count), start)
    })
  }

  count(text: string): number {
    checkText(text)
    return text.length <= SEGMENT ? this.#encoder.encode(text) : this.#encodeSegments(text, () => {})
  }

  encodeRuns(text: string, use: (ids: Int32Array, count: number) => void): void {
    checkText(text)
    this.#encodeSegments(text, use)
  }

  /**
   * Encodes a text segment by segment, and hands over the tokens of each with the number
   * of those before it; gives the number of all.
   */
  #encodeSegments(text: string, use: (tokens: Int32Array, count: number, start: number) => void): number {
    const encoder = this.#encoder
    let total = 0
    for (let start = 0, end; start < text.length; start = end) {
      end = segmentEnd(text, start)
      const count = encoder.encode(start === 0 && end === text.length ? text : text.slice(start, end))
      use(encoder.tokens, count, total)
      total += count
    }
    return total
  }

  tokenBytes(token: number): Uint8Array | undefined {
    if (!isToken(token)) return undefined
    this.#spelling ??= new TokenSpelling()
    return this.#spelling.bytesOf(token)
  }

  tokenText(token: number): string | undefined {
    // '1' would find what 1 does.
    if (typeof token !== 'number') return undefined
    const text = this.#texts[token]
    return text === undefined ? this.#loadText(token) : (text ?? undefined)
  }

  /** Forgets the pieces seen so far, as if no text had been encoded yet. */
  clearCache(): void {
    this.#encoder.clearCache()
  }

  #loadText(token: number): string | undefined {
    const bytes = this.tokenBytes(token)
    if (bytes === undefined) return undefined
    let text: string | null
    try {
      text = strictDecoder.decode(bytes)
    } catch {
      text = null
    }
    // Filled as a whole at first need: an array with holes would be a dictionary for high
    // ids.
    if (this.#texts.length === 0) this.#texts = new Array<undefined>(TOKEN_COUNT).fill(undefined)
    this.#texts[token] = text
    return text ?? undefined
  }
}

function checkText(text: unknown): void {
  if (typeof text !== 'string') throw new TypeError(`text: found ${typeof text}, wanted a string`)
}

function isToken(token: number): boolean {
  return Number.isInteger(token) && token >= 0 && token < TOKEN_COUNT
}

function copy(tokens: Int32Array, count: number, into: number[], start: number): void {
  for (let index = 0; index < count; index++) into[start + index] = tokens[index]
}

/**
 * Sets the length at once where that pays: an array that grows by pushing is copied over
 * and over, at twice the cost a token.
 */
function append(tokens: Int32Array, count: number, into: number[]): void {
  if (count < FEW) {
    for (let index = 0; index < count; index++) into.push(tokens[index])
    return
  }
  const start = into.length
  into.length = start + count
  copy(tokens, count, into, start)
}

const FEW = 32

const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
