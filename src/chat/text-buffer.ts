/**
 * A text that grows piece by piece. Pieces are joined when the text is read, and every so many: added up at once, they
 * would cost the garbage collector three times as much as everything else in a stream (`npm run bench -- chat`); kept,
 * they would be ten times as large as the text (`node bench/gateway.mjs`).
 */
export class TextBuffer {
  #joined = ''
  #pieces: string[] = []

  get isEmpty(): boolean {
    return this.#pieces.length === 0 && this.#joined === ''
  }

  add(piece: string): void {
    if (piece === '') return
    this.#pieces.push(piece)
    if (this.#pieces.length < JOINED_TOGETHER) return
    this.#joined += this.#pieces.join('')
    this.#pieces = []
  }

  toString(): string {
    return this.#pieces.length === 0 ? this.#joined : this.#joined + this.#pieces.join('')
  }
}

/** Few enough that reading the text after each piece costs little. */
const JOINED_TOGETHER = 64
