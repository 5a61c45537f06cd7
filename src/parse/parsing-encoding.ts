import type { Tokenizer } from '../tokenizer/index.js'

/** What the parsers need of an encoding. */
export interface ParsingEncoding {
  readonly tokenizer: Tokenizer
}
