/**
 * Finds the first of several strings in a text that arrives in pieces. Text that may be the beginning of one is
 * held back. How the text is cut into pieces changes nothing, and each character costs the same.
 */
export class StopStringFinder {
  readonly #patterns: readonly Pattern[]
  readonly #isKept: boolean
  #held = ''
  #isFound = false

  /** @param isKept whether the string that is found stays in the text */
  constructor(strings: readonly string[], isKept: boolean) {
    this.#patterns = strings.map((string) => new Pattern(string))
    this.#isKept = isKept
  }

  get isFound(): boolean {
    return this.#isFound
  }

  /** Returns the text that is certain after one more piece: nothing more once a string is found. */
  push(piece: string): string {
    if (this.#isFound) return ''
    if (this.#patterns.length === 0) return piece
    const text = this.#held + piece
    const heldLength = this.#held.length
    for (let i = heldLength; i < text.length; i++) {
      let longest = 0
      for (const pattern of this.#patterns)
        if (pattern.push(text.charCodeAt(i)) && pattern.length > longest) longest = pattern.length
      if (longest === 0) continue
      this.#isFound = true
      this.#held = ''
      return text.slice(0, this.#isKept ? i + 1 : i + 1 - longest)
    }
    const matched = Math.max(...this.#patterns.map((pattern) => pattern.matched))
    this.#held = matched === 0 ? '' : text.slice(-matched)
    return matched === 0 ? text : text.slice(0, -matched)
  }

  /** Returns what was held back: the text is over. */
  end(): string {
    const held = this.#held
    this.#held = ''
    return held
  }
}

/** A string that is looked for, by Knuth, Morris and Pratt. */
class Pattern {
  readonly #string: string
  /** For each prefix, the length of the longest shorter prefix that it ends in. */
  readonly #fallbacks: number[] = [0]
  /** How much of the string the text ends in. */
  matched = 0

  constructor(string: string) {
    this.#string = string
    for (let i = 1, length = 0; i < string.length; i++) {
      while (length > 0 && string[i] !== string[length]) length = this.#fallbacks[length - 1]
      if (string[i] === string[length]) length++
      this.#fallbacks.push(length)
    }
  }

  get length(): number {
    return this.#string.length
  }

  /** Whether the text ends in the whole string after one more UTF-16 code unit. */
  push(code: number): boolean {
    while (this.matched > 0 && code !== this.#string.charCodeAt(this.matched))
      this.matched = this.#fallbacks[this.matched - 1]
    if (code === this.#string.charCodeAt(this.matched)) this.matched++
    return this.matched === this.#string.length
  }
}
