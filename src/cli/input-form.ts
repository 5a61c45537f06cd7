import { BadInput } from './failure.js'

/** How many bytes at the front of a text are enough for {@link checkIsUtf8Text}. */
export const FORM_HEAD_BYTES = 5

/**
 * Rejects a file that is no UTF-8 text, with one error in place of one for each of its lines.
 *
 * @param name the file's, for the message
 * @param head its first bytes
 * @throws BadInput with what to do
 */
export function checkIsUtf8Text(name: string, head: Uint8Array): void {
  const form = FORMS.find(({ magic }) => magic.every((byte, i) => head[i] === byte))
  if (form !== undefined) throw new BadInput(`${name}: ${form.found}, wanted UTF-8 text: ${form.remedy}`)
  if (isUtf16(head))
    throw new BadInput(`${name}: UTF-16 text, wanted UTF-8: \`iconv -f UTF-16 -t UTF-8\` converts it`)
}

/**
 * Rejects a file that holds one JSON value over several lines, with one error in place of one for each of them.
 *
 * @param bytes its first lines, whole
 * @throws BadInput with what to do
 */
export function checkIsLines(name: string, bytes: Uint8Array): void {
  const found = documentIn(bytes)
  if (found !== undefined)
    throw new BadInput(
      `${name}: ${found.what}, wanted one JSON object a line: \`jq -c ${found.filter}\` writes it so`,
    )
}

const FORMS: readonly {
  readonly magic: readonly number[]
  readonly found: string
  readonly remedy: string
}[] = [
  {
    magic: [0x50, 0x41, 0x52, 0x31],
    found: 'a Parquet file',
    remedy: "write its rows as JSON lines, as DuckDB does: COPY (FROM 'x.parquet') TO 'x.jsonl'",
  },
  { magic: [0x50, 0x4b, 0x03, 0x04], found: 'a zip archive', remedy: 'unzip it' },
  { magic: [0x1f, 0x8b], found: 'gzip data', remedy: 'unpack it with gunzip' },
  { magic: [0x28, 0xb5, 0x2f, 0xfd], found: 'zstd data', remedy: 'unpack it with zstd -d' },
  { magic: [0x42, 0x5a, 0x68], found: 'bzip2 data', remedy: 'unpack it with bzip2 -d' },
  { magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a], found: 'xz data', remedy: 'unpack it with xz -d' },
]

/** Whether text is UTF-16: by its byte order mark, or because JSON begins with an ASCII character. */
function isUtf16([first, second]: Uint8Array): boolean {
  const hasMark = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)
  return hasMark || (first === 0 && second !== 0) || (first !== 0 && second === 0)
}

/** A list, or a value over several lines, which no line of JSON lines begins. */
function documentIn(bytes: Uint8Array): { readonly what: string; readonly filter: string } | undefined {
  const text = new TextDecoder().decode(bytes)
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const [first = '', second = ''] = lines.map((line) => line.trim())
  if (first.startsWith('[')) return { what: 'a JSON list', filter: "'.[]'" }
  const isOneValue =
    first === '{' ||
    (first.startsWith('{') && lines.length > 1 && !isJson(first) && (isInsideJson(second) || isJson(text)))
  return isOneValue ? { what: 'JSON over several lines', filter: '.' } : undefined
}

/** Whether a line goes on with a value that an earlier line began. */
function isInsideJson(line: string): boolean {
  return /^(?:"|[\]}],?$|\[|\{$)/.test(line) && !isJson(line)
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
