import { FIRST_SPECIAL_TOKEN, type Tokenizer } from '../tokenizer/index.js'

/**
 * Makes a token of every character, numbered as they first occur, so that text can be read by what reads tokens, whatever chunks it comes in.
 * There are fewer assigned characters than ordinary tokens; should they run out all the same, the rest is read as U+FFFD.
 */
export class CharacterTokenizer implements Tokenizer {
  readonly name = 'characters'
  readonly #characters: string[] = ['\uFFFD']
  readonly #tokens = new Map<string, number>([['\uFFFD', 0]])

  encodeInto(text: string, into: number[]): void {
    for (const character of text) into.push(this.#tokenOf(character))
  }

  tokenBytes(token: number): Uint8Array | undefined {
    const character = this.#characters[token]
    return character === undefined ? undefined : encoder.encode(character)
  }

  tokenText(token: number): string | undefined {
    return this.#characters[token]
  }

  #tokenOf(character: string): number {
    const known = this.#tokens.get(character)
    if (known !== undefined) return known
    const token = this.#characters.length
    if (token === FIRST_SPECIAL_TOKEN) return 0
    this.#characters.push(isLoneSurrogate(character) ? '\uFFFD' : character)
    this.#tokens.set(character, token)
    return token
  }
}

function isLoneSurrogate(character: string): boolean {
  return character.length === 1 && character >= '\uD800' && character <= '\uDFFF'
}

const encoder = new TextEncoder()
