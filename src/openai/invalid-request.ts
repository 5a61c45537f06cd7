import { HarmonyError, quote } from '../errors.js'
import { type JsonValue, MAX_SCHEMA_DEPTH, readSchema } from '../json/index.js'

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

export type UncheckedObject = Readonly<Record<string, unknown>>

/** @throws HarmonyError `invalid-request` */
export function checkedObject(value: unknown, path: string): UncheckedObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalidRequest(path, value, 'an object')
  return value as UncheckedObject
}

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

/** @throws HarmonyError `invalid-request` */
export function checkedList(value: unknown, path: string): readonly unknown[] {
  if (!Array.isArray(value)) throw invalidRequest(path, value, 'a list')
  return value
}

/** A string with something in it. @throws HarmonyError `invalid-request` */
export function checkedName(value: unknown, path: string): string {
  if (typeof value !== 'string' || value === '') throw invalidRequest(path, value, 'a name')
  return value
}

/** Whether a name can stand in a header, where white space ends it and `<` could look like a marker to who reads it. */
export function isHeaderName(name: string): boolean {
  return /^[^\s<>]+$/.test(name)
}
