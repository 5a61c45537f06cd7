import { readFile } from 'node:fs/promises'
import { HarmonyError, quote } from '../errors.js'
import type { Terminal } from './terminal.js'

/** Bad input: one line for standard error, and exit code 1. */
export class InputError extends Error {
  override readonly name = 'InputError'
}

/** A file's text, or standard input's for `-` or nothing, with the name it has in messages. */
export interface Input {
  readonly name: string
  readonly text: string
}

/** @throws InputError for a file that cannot be read or is no UTF-8 */
export async function readInput(file: string | undefined, terminal: Terminal): Promise<Input> {
  const isStdin = file === undefined || file === '-'
  const name = isStdin ? 'standard input' : file
  const bytes = isStdin ? await readAll(terminal.stdin) : await readBytes(file)
  try {
    // A byte order mark at the front is left out.
    return { name, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) }
  } catch {
    throw new InputError(`${name}: not UTF-8 text`)
  }
}

/**
 * Token ids as a JSON array, as an object with `tokens` (what `harmony render` prints), or separated by white space or commas.
 *
 * @throws InputError naming the index of what is no id
 */
export function readTokens({ name, text }: Input): number[] {
  const trimmed = text.trim()
  if (!/^[[{]/.test(trimmed)) return trimmed === '' ? [] : trimmed.split(/[\s,]+/).filter(Boolean).map((word, index) => tokenOf(word, index, name))
  const value = readJson({ name, text })
  const list = Array.isArray(value) ? value : (value as { tokens?: unknown }).tokens
  if (!Array.isArray(list)) throw new InputError(`${name}: found ${quote(value)}, wanted a list of token ids or an object with "tokens"`)
  return list.map((item: unknown, index) => {
    if (typeof item === 'number') return tokenOf(String(item), index, name)
    throw new InputError(`${name}: token ${index}: found ${quote(item)}, wanted a token id`)
  })
}

/** @throws InputError */
export function readJson({ name, text }: Input): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch (error) {
    throw new InputError(`${name}: not JSON: ${(error as SyntaxError).message}`)
  }
}

/** Runs what may find fault with an input, and names the input in the error. */
export function withName<T>(name: string, run: () => T): T {
  try {
    return run()
  } catch (error) {
    if (error instanceof HarmonyError) throw new InputError(`${name}: ${error.message}`, { cause: error })
    throw error
  }
}

async function readBytes(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const reasons: Record<string, string> = { ENOENT: 'no such file', EISDIR: 'is a folder', EACCES: 'permission denied' }
    throw new InputError(`${file}: ${reasons[code ?? ''] ?? message}`)
  }
}

async function readAll(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}

function tokenOf(word: string, index: number, name: string): number {
  if (/^\d{1,10}$/.test(word)) return Number(word)
  throw new InputError(`${name}: token ${index}: found ${quote(word)}, wanted a whole number from 0 to 201088`)
}
