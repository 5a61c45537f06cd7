import type { Tokenizer } from './tokenizer.js'

/** What the adapter needs of js-tiktoken's `Tiktoken`. */
export interface JsTiktoken {
  encode(text: string, allowedSpecial?: string[] | 'all', disallowedSpecial?: string[] | 'all'): number[]
  /** js-tiktoken's own table; it has no method that gives a token's bytes. */
  readonly textMap: ReadonlyMap<number, Uint8Array>
}

/**
 * An `o200k_base` encoder of js-tiktoken as a tokenizer, for an application that holds
 * one already. It is slower than the one inside this package, quadratic in long runs of
 * one character, and splits some characters by the engine's Unicode instead of
 * tiktoken's.
 *
 * @throws TypeError for what is no such encoder
 *
 * @example
 * ```ts
 * import { Tiktoken } from 'js-tiktoken/lite'
 * import o200k_base from 'js-tiktoken/ranks/o200k_base'
 * import { fromJsTiktoken, loadHarmonyEncoding } from 'gpt-oss-harmony'
 *
 * const encoding = loadHarmonyEncoding('HarmonyGptOss', { tokenizer: fromJsTiktoken(new Tiktoken(o200k_base)) })
 * console.log(encoding.encode('Hello world')) // [13225, 2375]
 * ```
 */
export function fromJsTiktoken(encoder: unknown): Tokenizer {
  if (!isJsTiktoken(encoder)) throw new TypeError('encoder: wanted a Tiktoken of js-tiktoken')
  const texts = new Map<number, string | undefined>()
  const tokenBytes = (token: number) => encoder.textMap.get(token)
  return {
    name: 'o200k_base of js-tiktoken',
    encodeInto(text, into) {
      if (typeof text !== 'string') throw new TypeError(`text: found ${typeof text}, wanted a string`)
      for (const token of encoder.encode(wellFormed(text), [], [])) into.push(token)
    },
    tokenBytes,
    tokenText(token) {
      if (!texts.has(token)) texts.set(token, wholeText(tokenBytes(token)))
      return texts.get(token)
    },
  }
}

function isJsTiktoken(encoder: unknown): encoder is JsTiktoken {
  const { encode, textMap } = (encoder ?? {}) as Partial<JsTiktoken>
  return typeof encode === 'function' && textMap instanceof Map
}

/** Lone surrogates as U+FFFD, which js-tiktoken leaves to chance. */
function wellFormed(text: string): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(new TextEncoder().encode(text))
}

function wholeText(bytes: Uint8Array | undefined): string | undefined {
  if (bytes === undefined) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}
