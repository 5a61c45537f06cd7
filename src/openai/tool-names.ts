/**
 * The names that a request's tools have in Harmony, and the way back. A name that TypeScript takes as an identifier stays; in others every
 * character that it does not take becomes `_` (`get-weather` → `get_weather`), and a number keeps two that meet apart.
 */
export class ToolNames {
  /** The names that were changed, both ways. */
  readonly #harmonyNames = new Map<string, string>()
  readonly #requestNames = new Map<string, string>()
  /** The number that was last tried for an identifier that several names come to. */
  readonly #numbers = new Map<string, number>()

  /** @param names those that the request uses: they have a claim to stay as they are, wherever they stand */
  constructor(names: Iterable<string>) {
    const given = new Set(names)
    for (const name of given) {
      if (IDENTIFIER.test(name)) continue
      const identifier = this.#identifierFor(name, given)
      this.#harmonyNames.set(name, identifier)
      this.#requestNames.set(identifier, name)
    }
  }

  toHarmony(name: string): string {
    return this.#harmonyNames.get(name) ?? name
  }

  /** The request's name of a tool; the name as it is if it was never changed. */
  toRequest(name: string): string {
    return this.#requestNames.get(name) ?? name
  }

  /** The names that were changed: Harmony's → the request's. */
  get changed(): Readonly<Record<string, string>> {
    // fromEntries, as a tool may be called `__proto__`.
    return Object.fromEntries(this.#requestNames)
  }

  #identifierFor(name: string, given: ReadonlySet<string>): string {
    const base = name.replace(/[^\p{ID_Continue}$]/gu, '_').replace(/^(?![\p{ID_Start}_$])/u, '_')
    let number = this.#numbers.get(base) ?? 1
    let identifier = number === 1 ? base : `${base}_${number}`
    while (given.has(identifier) || this.#requestNames.has(identifier)) identifier = `${base}_${++number}`
    this.#numbers.set(base, number)
    return identifier
  }
}

const IDENTIFIER = /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u
