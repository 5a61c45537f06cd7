import { quote } from '../../errors.js'
import { createShapeChecker } from '../../json/index.js'
import { BadInput } from '../failure.js'
import { type Input, readJson } from '../input.js'

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

/** Checks the shape of a line's JSON. A path is `FILE:3: KEY`. */
export const check = createShapeChecker(
  (path, found, wanted) => new BadInput(`${path}: found ${quote(found)}, wanted ${wanted}`),
)

/** @throws BadInput naming the first id that two lines have */
export function refuseRepeated(name: string, key: string, ids: readonly string[]): void {
  const seen = new Set<string>()
  for (const id of ids) {
    if (seen.has(id)) throw new BadInput(`${name}: ${key} ${quote(id)} stands on two lines`)
    seen.add(id)
  }
}
