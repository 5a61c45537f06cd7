import { HarmonyError, quote } from '../errors.js'
import type { UncheckedObject } from '../json/index.js'
import { invalidRequest } from './invalid-request.js'

/** What is known of an object's fields. Any other field is an error, so that nothing is lost silently. */
export interface FieldLists {
  readonly understood: readonly string[]
  /** Fields without any bearing on prompt, sampling or answer. */
  readonly ignored?: readonly string[]
  /** Fields that cannot be honoured: the field → what is wanted instead. */
  readonly refused?: Readonly<Record<string, string>>
}

/** What the Hugging Face template reads of `chat_template_kwargs`. */
export const TEMPLATE_KWARGS: FieldLists = {
  understood: ['reasoning_effort', 'model_identity', 'builtin_tools'],
}

/**
 * Checks the fields of an object of a request. A field that is `null` or `undefined` counts as absent, and so does an
 * unknown one that is an empty list, with which nothing is lost.
 *
 * @returns the ignored fields that are present
 * @throws HarmonyError `unknown-field` with the closest known name, `invalid-request` for a refused field
 */
export function checkFields(
  object: UncheckedObject,
  path: string,
  { understood, ignored = NONE, refused = {} }: FieldLists,
): readonly string[] {
  let found: string[] | undefined
  for (const field of Object.keys(object)) {
    const value = object[field]
    if (value == null || understood.includes(field)) continue
    if (ignored.includes(field)) {
      ;(found ??= []).push(field)
      continue
    }
    const fieldPath = path === '' ? field : `${path}.${field}`
    if (Object.hasOwn(refused, field)) throw invalidRequest(fieldPath, value, refused[field])
    if (Array.isArray(value) && value.length === 0) continue
    throw unknownField(fieldPath, field, value, [...understood, ...ignored])
  }
  return found ?? NONE
}

const NONE: readonly string[] = []

function unknownField(path: string, field: string, value: unknown, known: readonly string[]): HarmonyError {
  const meant = closestName(field, known)
  const hint = meant === undefined ? 'no field of that name is known' : `did you mean ${meant}?`
  return new HarmonyError('unknown-field', `request: ${path} is unknown: ${hint}`, {
    path,
    evidence: quote(value),
  })
}

/**
 * Returns the candidate with the fewest edits from `name`, if they are few for its length. Case and
 * underscores do not count as edits (`topP` means `top_p`).
 */
export function closestName(name: string, candidates: readonly string[]): string | undefined {
  // Longer ones are no misspellings, and the distance takes time with the square of the length.
  if (name.length > 64) return undefined
  const folded = fold(name)
  let closest: string | undefined
  let fewest = (folded.length < 4 ? 1 : Math.max(2, Math.floor(folded.length / 4))) + 1
  for (const candidate of candidates) {
    const edits = editDistance(folded, fold(candidate))
    if (edits < fewest) [closest, fewest] = [candidate, edits]
  }
  return closest
}

function fold(name: string): string {
  return name.toLowerCase().replace(/[_-]/g, '')
}

/** Levenshtein's distance, row by row. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let i = 1; i <= from.length; i++) {
    const next = [i]
    for (let j = 1; j <= to.length; j++) {
      const substitution = row[j - 1] + (from[i - 1] === to[j - 1] ? 0 : 1)
      next.push(Math.min(substitution, row[j] + 1, next[j - 1] + 1))
    }
    row = next
  }
  return row[to.length]
}
