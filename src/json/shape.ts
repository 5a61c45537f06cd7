/** An object of unknown contents. */
export type UncheckedObject = Readonly<Record<string, unknown>>

/**
 * Returns the error for a value that has the wrong shape. `path` is empty for the
 * outermost value.
 */
export type InvalidShape = (path: string, found: unknown, wanted: string) => Error

/**
 * Checks of JSON of unknown shape. Each returns the value, or throws; `wanted` says what
 * was expected.
 */
export interface ShapeChecker {
  readonly object: (value: unknown, path: string, wanted?: string) => UncheckedObject
  readonly list: (value: unknown, path: string, wanted?: string) => readonly unknown[]
  readonly string: (value: unknown, path: string, wanted?: string) => string
  /** A string, `null` or `undefined`. */
  readonly optionalString: (value: unknown, path: string) => string | null | undefined
  /** A string that is not empty. */
  readonly name: (value: unknown, path: string) => string
  readonly boolean: (value: unknown, path: string) => boolean
  /** A whole number from 0 to `limit`. */
  readonly count: (value: unknown, path: string, limit?: number) => number
  /** One of a list of strings. */
  readonly choice: <T extends string>(value: unknown, path: string, choices: readonly T[]) => T
}

/**
 * Returns the checks that throw what `invalid` makes. Rendering checks every conversation
 * with them, so they build nothing unless a check fails.
 */
export function createShapeChecker(invalid: InvalidShape): ShapeChecker {
  return {
    object(value, path, wanted = 'an object') {
      if (!isObject(value)) throw invalid(path, value, wanted)
      return value
    },
    list(value, path, wanted = 'a list') {
      if (!isList(value)) throw invalid(path, value, wanted)
      return value
    },
    string(value, path, wanted = 'a string') {
      if (typeof value !== 'string') throw invalid(path, value, wanted)
      return value
    },
    optionalString(value, path) {
      if (typeof value !== 'string' && value != null) throw invalid(path, value, 'a string or null')
      return value
    },
    name(value, path) {
      if (typeof value !== 'string' || value === '') throw invalid(path, value, 'a name')
      return value
    },
    boolean(value, path) {
      if (typeof value !== 'boolean') throw invalid(path, value, 'true or false')
      return value
    },
    count(value, path, limit = Number.MAX_SAFE_INTEGER) {
      if (isWholeNumber(value) && value <= limit) return value
      const upTo = limit === Number.MAX_SAFE_INTEGER ? '' : ` to ${limit}`
      throw invalid(path, value, `a whole number from 0${upTo}`)
    },
    choice(value, path, choices) {
      const found = choices.find((choice) => choice === value)
      if (found === undefined) throw invalid(path, value, listed(choices))
      return found
    },
  }
}

/** Returns whether a value is an object, and neither a list nor `null`. */
export function isObject(value: unknown): value is UncheckedObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * Returns whether a value is a list. `Array.isArray` itself does not narrow to a
 * `readonly` one.
 */
export const isList: (value: unknown) => value is readonly unknown[] = Array.isArray

/** Returns whether a value is a number that counts something: whole, exact, 0 or more. */
export function isWholeNumber(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

/** Returns choices as an error lists them: `"a", "b" or "c"`. */
function listed(choices: readonly string[]): string {
  const quoted = choices.map((choice) => JSON.stringify(choice))
  return quoted.length === 1 ? quoted[0] : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`
}
