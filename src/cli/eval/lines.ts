import { quote } from '../../errors.js'
import { createShapeChecker } from '../../json/index.js'
import { BadInput } from '../failure.js'

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
