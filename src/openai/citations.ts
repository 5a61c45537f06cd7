/** A page that the model has seen, as a citation's `cursor` names it. */
export interface CitedPage {
  readonly url: string
  readonly title: string
}

/** Returns the page of a browser cursor; `undefined` for a cursor that names none. */
export type PageOfCursor = (cursor: number) => CitedPage | undefined

/** A citation in a text. The range counts UTF-16 code units, so that `text.slice(start, end)` is the citation. */
export interface Citation extends CitedPage {
  readonly start: number
  readonly end: number
}

/** A stretch of text, or a citation with the page that it names. */
export interface CitedText {
  readonly text: string
  readonly citation?: Citation
}

/**
 * Finds the citations in a text that arrives in pieces, such as `【6†L9-L11】`. The text itself stays as it is; a
 * citation that is split over pieces is held back until it is whole, or can be none.
 *
 * Source: the official browser tool's description, "Cite information from the tool".
 */
export class CitationReader {
  readonly #pageOf: PageOfCursor
  /** The start of a possible citation. */
  #held = ''
  #length = 0

  constructor(pageOf: PageOfCursor) {
    this.#pageOf = pageOf
  }

  /** Returns the text that is certain after one more piece, cut at its citations. */
  push(piece: string): CitedText[] {
    const text = this.#held + piece
    this.#held = ''
    // Nearly always: a citation begins with a character that other texts lack.
    const first = text.indexOf(OPENING)
    if (first === -1) return this.#pass(text)
    const found: CitedText[] = []
    let from = 0
    for (let at = first; at !== -1; at = text.indexOf(OPENING, at + 1)) {
      const match = CITATION.exec(text.slice(at, at + LONGEST_CITATION))
      const page = match === null ? undefined : this.#pageOf(Number(match[1]))
      if (match !== null && page !== undefined) {
        this.#pass(text.slice(from, at), found)
        const start = this.#length
        from = at + match[0].length
        this.#length += match[0].length
        const citation = { start, end: this.#length, url: page.url, title: page.title }
        found.push({ text: match[0], citation })
      } else if (match === null && mayGrow(text.slice(at))) {
        this.#pass(text.slice(from, at), found)
        this.#held = text.slice(at)
        return found
      }
    }
    return this.#pass(text.slice(from), found)
  }

  /** Returns what was held back: the text is over. */
  end(): CitedText[] {
    const held = this.#held
    this.#held = ''
    return this.#pass(held)
  }

  #pass(text: string, found: CitedText[] = []): CitedText[] {
    this.#length += text.length
    if (text !== '') found.push({ text })
    return found
  }
}

const OPENING = '【'
const CITATION = /^【(\d{1,9})†L\d{1,9}(?:-L\d{1,9})?】/
/** The length of `【123456789†L123456789-L123456789】`. */
const LONGEST_CITATION = 33
/** Each beginning of a citation, the whole one excepted. */
const BEGINNING = /^【(?:\d{0,9}|\d{1,9}†(?:L(?:\d{0,9}|\d{1,9}-(?:L\d{0,9})?))?)$/

function mayGrow(text: string): boolean {
  return text.length < LONGEST_CITATION && BEGINNING.test(text)
}
