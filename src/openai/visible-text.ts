import { type Citation, CitationReader, type PageOfCursor } from './citations.js'
import { StopStringFinder } from './stop-strings.js'

/** A piece of the visible text, and the citations that end in it. */
export interface VisiblePiece {
  readonly text: string
  readonly citations: readonly Citation[]
}

/** The text that the user sees, from what was sampled for it: cut at a stop string, citations found. */
export class VisibleText {
  readonly #stops: StopStringFinder
  readonly #citations: CitationReader | undefined
  /** Whether the text passes as it is: there is nothing to look for in it. */
  readonly isPlain: boolean

  constructor(stopStrings: readonly string[], keepsStopString: boolean, pageOf: PageOfCursor | undefined) {
    this.#stops = new StopStringFinder(stopStrings, keepsStopString)
    this.#citations = pageOf && new CitationReader(pageOf)
    this.isPlain = stopStrings.length === 0 && pageOf === undefined
  }

  /** Whether a stop string was found: nothing more will be seen. */
  get isStopped(): boolean {
    return this.#stops.isFound
  }

  push(piece: string): VisiblePiece {
    return this.#cited(this.#stops.push(piece), this.#stops.isFound)
  }

  /** Returns what was held back. */
  end(): VisiblePiece {
    return this.#cited(this.#stops.end(), true)
  }

  #cited(text: string, isEnd: boolean): VisiblePiece {
    const reader = this.#citations
    if (reader === undefined) return { text, citations: [] }
    const parts = [...reader.push(text), ...(isEnd ? reader.end() : [])]
    return {
      text: parts.map((part) => part.text).join(''),
      citations: parts.flatMap(({ citation }) => citation ?? []),
    }
  }
}
