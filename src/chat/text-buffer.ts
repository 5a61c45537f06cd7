/**
 * A text that grows piece by piece. Joined when it is read: added up at once, the pieces would cost the garbage
 * collector three times as much as everything else in a stream (`npm run bench -- chat`).
 */
export class TextBuffer {
  readonly #pieces: string[] = []

  get isEmpty(): boolean {
    return this.#pieces.length === 0
  }

  add(piece: string): void {
    if (piece !== '') this.#pieces.push(piece)
  }

  toString(): string {
    return this.#pieces.join('')
  }
}
