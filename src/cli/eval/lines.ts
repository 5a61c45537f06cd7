import { BadInput } from '../failure.js'
import type { Input } from '../input.js'

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
    try {
      return [{ place, value: JSON.parse(line) as unknown }]
    } catch (error) {
      throw new BadInput(`${place}: not JSON: ${(error as SyntaxError).message}`)
    }
  })
  if (lines.length === 0) throw new BadInput(`${name}: no lines of JSON`)
  return lines
}
