import { parseTokenIds } from '../inspect/index.js'
import { blaming } from './failure.js'
import { readDocument } from './input.js'
import type { Terminal } from './terminal.js'

export interface TokenIds {
  /** The input's name in messages. */
  readonly name: string
  readonly tokens: readonly number[]
}

/** How token ids may be written, for help texts. */
export const TOKEN_IDS_ARGUMENT =
  'token ids: a JSON list, an object with "tokens", or numbers between white space; - or nothing for standard input'

/** Reads token ids as `parseTokenIds` does. @throws BadInput naming the index of what is no id */
export async function readTokenIds(file: string | undefined, terminal: Terminal): Promise<TokenIds> {
  const { name, text } = await readDocument(file, 'token ids', terminal)
  return { name, tokens: blaming(name, () => parseTokenIds(text)) }
}
