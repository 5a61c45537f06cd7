import { HarmonyError, quote } from '../errors.js'
import { createShapeChecker, type JsonValue, MAX_SCHEMA_DEPTH, readSchema } from '../json/index.js'

/** The error for a value that has no place in a request: `request: messages[2].role is 5, wanted …`. */
export function invalidRequest(path: string, found: unknown, wanted: string): HarmonyError {
  const evidence = quote(found)
  return new HarmonyError(
    'invalid-request',
    `request: ${path || 'the value'} is ${evidence}, wanted ${wanted}`,
    { path, evidence },
  )
}

/** The error for what a request may well hold, and gpt-oss cannot take. */
export function unsupportedContent(path: string, found: unknown, reason: string): HarmonyError {
  const evidence = quote(found)
  return new HarmonyError('unsupported-content', `request: ${path} is ${evidence}: ${reason}`, {
    path,
    evidence,
  })
}

/** Checks of a request's values. Each throws `invalid-request` with the path. */
export const {
  object: checkedObject,
  list: checkedList,
  name: checkedName,
} = /* @__PURE__ */ createShapeChecker(invalidRequest)

/** A JSON Schema, as `JSON.stringify` writes it. @throws HarmonyError `invalid-request` */
export function checkedSchema(value: unknown, path: string): JsonValue {
  try {
    const schema = readSchema(checkedObject(value, path), path)
    if (schema !== undefined) return schema
  } catch (error) {
    if (!(error instanceof HarmonyError && error.code === 'invalid-conversation')) throw error
  }
  throw invalidRequest(path, value, `JSON that is nested at most ${MAX_SCHEMA_DEPTH} levels deep`)
}

/** Whether a name can stand in a header, where white space ends it and `<` could look like a marker to who reads it. */
export function isHeaderName(name: string): boolean {
  return /^[^\s<>]+$/.test(name)
}
