import type { Tokenizer } from '../tokenizer/index.js'

/** What the parsers need of an encoding. */
export interface ParsingEncoding {
  readonly tokenizer: Tokenizer
}

/**
 * Checks the first argument of a public function. TypeScript does so too, but is not everywhere.
 *
 * @param caller the function's name, for the message
 * @throws TypeError for what is no encoding
 */
export function checkEncoding(encoding: ParsingEncoding | undefined, caller: string): void {
  if (typeof encoding?.tokenizer === 'object') return
  throw new TypeError(
    `${caller}: the first argument is no encoding, wanted loadHarmonyEncoding('HarmonyGptOss')`,
  )
}
