import { readFile } from 'node:fs/promises'
import { parseJson } from '../json/index.js'
import { BadInput, WrongUsage } from './failure.js'
import { checkIsUtf8Text, FORM_HEAD_BYTES } from './input-form.js'
import type { Terminal } from './terminal.js'

/** A file's text, or standard input's, with the name it has in messages. */
export interface Input {
  readonly name: string
  readonly text: string
}

/**
 * Reads a command's `[file]`: `-` or nothing is standard input. A byte order mark stays where it is.
 *
 * @throws BadInput for what cannot be read or is no UTF-8
 * @throws WrongUsage rather than wait at a terminal for what nobody knows to type
 */
export async function readInput(file: string | undefined, { stdin }: Terminal): Promise<Input> {
  if (file === undefined && stdin.isTTY) {
    throw new WrongUsage('nothing is piped in: name a file, or - to type the input')
  }
  return file === undefined || file === '-'
    ? readText('standard input', readAll(stdin))
    : readText(file, readFile(file))
}

/** {@link readInput} for JSON and lists of ids, where a byte order mark is only in the way and emptiness says that something went wrong. */
export async function readDocument(
  file: string | undefined,
  wanted: string,
  terminal: Terminal,
): Promise<Input> {
  return documentIn(await readInput(file, terminal), wanted)
}

/** {@link readDocument} for a file that an option names. */
export async function readDocumentFile(file: string, wanted: string): Promise<Input> {
  return documentIn(await readText(file, readFile(file)), wanted)
}

function documentIn({ name, text }: Input, wanted: string): Input {
  // In UTF-16, ASCII is valid UTF-8 too.
  checkIsUtf8Text(name, new TextEncoder().encode(text.slice(0, FORM_HEAD_BYTES)))
  if (text === '') throw new BadInput(`${name}: empty, wanted ${wanted}`)
  return { name, text: text.replace(/^\uFEFF/, '') }
}

/** @throws BadInput with the reader's position */
export function readJson({ name, text }: Input): unknown {
  try {
    return parseJson(text)
  } catch (error) {
    throw new BadInput(`${name}: not JSON: ${(error as SyntaxError).message}`)
  }
}

/** The JSON of one line, and where it stands: `FILE:3`. */
export interface JsonLine {
  readonly place: string
  readonly value: unknown
}

/** Reads JSON lines; blank ones are passed over. @throws BadInput naming the line, or if there are none */
export function readJsonLines({ name, text }: Input): JsonLine[] {
  const lines = text.split('\n').flatMap((line, index): JsonLine[] => {
    if (line.trim() === '') return []
    const place = `${name}:${index + 1}`
    return [{ place, value: readJson({ name: place, text: line }) }]
  })
  if (lines.length === 0) throw new BadInput(`${name}: no lines of JSON`)
  return lines
}

async function readText(name: string, reading: Promise<Uint8Array>): Promise<Input> {
  const bytes = await readBytes(name, reading)
  try {
    return { name, text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) }
  } catch {
    checkIsUtf8Text(name, bytes)
    throw new BadInput(`${name}: byte ${firstInvalidByte(bytes)}: not UTF-8 text`)
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EISDIR: 'is a folder, wanted a file',
  ENOENT: 'no such file',
  ENOTDIR: 'no such file',
}

async function readBytes(name: string, reading: Promise<Uint8Array>): Promise<Uint8Array> {
  try {
    return await reading
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException
    throw new BadInput(`${name}: ${REASONS[code] ?? message}`)
  }
}

async function readAll(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** Where the bytes differ from what their decoding, with U+FFFD for what is invalid, encodes to. */
function firstInvalidByte(bytes: Uint8Array): number {
  const valid = new TextEncoder().encode(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes))
  return bytes.findIndex((byte, index) => byte !== valid[index])
}
