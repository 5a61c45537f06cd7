import { quote } from '../errors.js'
import { LAST_SPECIAL_TOKEN } from '../tokenizer/index.js'
import { BadInput } from './failure.js'
import { readDocument, readJson, type Input } from './input.js'
import type { Terminal } from './terminal.js'

export interface TokenIds {
  /** The input's name in messages. */
  readonly name: string
  readonly tokens: readonly number[]
}

/** How token ids may be written, for help texts. */
export const TOKEN_IDS_ARGUMENT =
  'token ids: a JSON list, an object with "tokens", or numbers between white space; - or nothing for standard input'

/**
 * Reads token ids: a JSON list, an object with such a list as `tokens` (what `harmony render` prints), or numbers between white space or
 * commas.
 *
 * @throws BadInput naming the index of what is no id
 */
export async function readTokenIds(file: string | undefined, terminal: Terminal): Promise<TokenIds> {
  const input = await readDocument(file, 'token ids', terminal)
  const isJson = /^\s*[[{]/.test(input.text)
  return { name: input.name, tokens: isJson ? jsonTokens(input) : writtenTokens(input) }
}

function jsonTokens(input: Input): number[] {
  const value = readJson(input)
  const list = Array.isArray(value) ? (value as unknown[]) : (value as { readonly tokens?: unknown }).tokens
  if (!Array.isArray(list))
    throw new BadInput(
      `${input.name}: found ${quote(value)}, wanted a list of token ids or an object with "tokens"`,
    )
  return list.map((item: unknown, index) => {
    if (isTokenId(item)) return item
    throw notAnId(input.name, index, quote(item))
  })
}

function writtenTokens({ name, text }: Input): number[] {
  const words = text.split(/[\s,]+/).filter((word) => word !== '')
  return words.map((word, index) => {
    if (/^\d+$/.test(word) && isTokenId(Number(word))) return Number(word)
    throw notAnId(name, index, /^\d{1,15}$/.test(word) ? word : quote(word))
  })
}

export function isTokenId(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= LAST_SPECIAL_TOKEN
}

function notAnId(name: string, index: number, found: string): BadInput {
  return new BadInput(
    `${name}: token ${index}: found ${found}, wanted a whole number from 0 to ${LAST_SPECIAL_TOKEN}`,
  )
}
