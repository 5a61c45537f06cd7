import type { Tokenizer } from '../tokenizer/tokenizer.js'

/** What the parsers need of an encoding. */
export interface ParsingEncoding {
  readonly tokenizer: Tokenizer
}
