/**
 * A text that grows piece by piece. Joined when it is read, and every so many pieces: added up at once, the pieces would
 * cost the garbage collector three times as much as everything else in a stream (`npm run bench -- chat`); kept, they
 * would be ten times as large as the text (`node bench/gateway.mjs`).
 */
export class TextBuffer {
  readonly #joined: string[] = []
  #pieces: string[] = []

  get isEmpty(): boolean {
    return this.#pieces.length === 0 && this.#joined.length === 0
  }

  add(piece: string): void {
    if (piece === '') return
    this.#pieces.push(piece)
    if (this.#pieces.length < JOINED_TOGETHER) return
    this.#joined.push(this.#pieces.join(''))
    this.#pieces = []
  }

  toString(): string {
    return this.#joined.join('') + this.#pieces.join('')
  }
}

const JOINED_TOGETHER = 256
