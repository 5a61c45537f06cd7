import { specialTokenId, specialTokenTexts } from '../tokenizer/index.js'

/** What text that comes in chunks is cut into: ordinary text and special tokens. */
export interface ScannedText {
  text(text: string): void
  marker(token: number): void
}

/**
 * Finds the special tokens' texts in chunks of text. What may be the beginning of one, `<|mess`, is held back until more comes: at most
 * `LONGEST_MARKER` characters.
 */
export class MarkerScanner {
  #held = ''
  readonly #to: ScannedText

  constructor(to: ScannedText) {
    this.#to = to
  }

  push(chunk: string): void {
    const text = this.#held + chunk
    let start = 0
    for (const { 0: marker, index } of text.matchAll(MARKER)) {
      const token = specialTokenId(marker)
      if (token === undefined) continue
      if (index > start) this.#to.text(text.slice(start, index))
      this.#to.marker(token)
      start = index + marker.length
    }
    const end = start + heldFrom(text.slice(start))
    if (end > start) this.#to.text(text.slice(start, end))
    this.#held = text.slice(end)
  }

  end(): void {
    if (this.#held !== '') this.#to.text(this.#held)
    this.#held = ''
  }
}

const MARKER = /<\|[a-z]+(?:_\d{6})?\|>/g
const LONGEST_MARKER = '<|reserved_200000|>'.length

/** Where the end of the text begins that may yet become a marker. */
function heldFrom(text: string): number {
  const at = text.lastIndexOf('<')
  if (at >= 0 && text.length - at < LONGEST_MARKER && isMarkerBeginning(text.slice(at))) return at
  return text.length
}

function isMarkerBeginning(text: string): boolean {
  return (
    /^<(?:\|[a-z]*(?:_\d*)?\|?)?$/.test(text) && specialTokenTexts().some((marker) => marker.startsWith(text))
  )
}
