import { HarmonyError, quote } from '../errors.js'
import { DIALECT_TRAITS, type Dialect } from './dialect.js'

/** The error for a request that the stack itself answers with an error. */
export function refusedBy(dialect: Dialect, path: string, found: unknown, reason: string): HarmonyError {
  const evidence = quote(found)
  return new HarmonyError(
    'refused-by-stack',
    `request: ${path} is ${evidence}: ${DIALECT_TRAITS[dialect].stack} refuses it, ${reason}`,
    { path, evidence },
  )
}
