import { quote } from '../../errors.js'
import { BadInput } from '../failure.js'
import type { Input, JsonLine } from '../input.js'

/**
 * Reads CSV with a header: a field in quotes may hold commas, line breaks and doubled quotes.
 *
 * @returns an object of texts for each row, and the line on which the row begins
 * @throws BadInput naming the line
 *
 * Source: RFC 4180
 */
export function readCsv({ name, text }: Input): JsonLine[] {
  const [header, ...rows] = rowsOf(name, text)
  return rows.map(({ line, fields }) => {
    const place = `${name}:${line}`
    if (fields.length !== header.fields.length)
      throw new BadInput(
        `${place}: found ${fields.length} fields, wanted ${header.fields.length} as in the header`,
      )
    return { place, value: Object.fromEntries(header.fields.map((key, index) => [key, fields[index]])) }
  })
}

interface Row {
  readonly line: number
  readonly fields: string[]
}

function rowsOf(name: string, text: string): Row[] {
  const rows: Row[] = []
  // A field, in quotes or not, and what ends it.
  const pattern = /(?:"([^"]*(?:""[^"]*)*)"|([^",\r\n]*))(,|\r?\n|$)/y
  let line = 1
  let row: Row = { line, fields: [] }
  while (pattern.lastIndex < text.length || row.fields.length > 0) {
    const start = pattern.lastIndex
    const match = pattern.exec(text)
    if (match === null)
      throw new BadInput(
        `${name}:${line}: found ${quote(text.slice(start, start + 20))}, wanted a field of CSV: a quote is unpaired`,
      )
    const [whole, quoted, plain, end] = match
    row.fields.push(quoted?.replaceAll('""', '"') ?? plain)
    line += whole.split('\n').length - 1
    if (end === ',') continue
    // A blank line is a row of one empty field.
    if (row.fields.length > 1 || row.fields[0] !== '') rows.push(row)
    row = { line, fields: [] }
  }
  return rows
}
