import { isSpecialToken, SPECIAL_TOKENS, type Tokenizer } from '../tokenizer/index.js'

/** What a token is to the grammar. */
export type TokenKind =
  | 'text'
  | 'start'
  | 'channel'
  | 'constrain'
  | 'message'
  /** `<|end|>`, `<|return|>` or `<|call|>`. */
  | 'stop'
  | 'end-of-text'
  /** A special token with no place in the grammar: `<|startoftext|>` and the reserved ones. */
  | 'other'
  /** No token at all. */
  | 'unknown'

export function tokenKind(token: number, tokenizer: Tokenizer): TokenKind {
  switch (token) {
    case SPECIAL_TOKENS.START:
      return 'start'
    case SPECIAL_TOKENS.CHANNEL:
      return 'channel'
    case SPECIAL_TOKENS.CONSTRAIN:
      return 'constrain'
    case SPECIAL_TOKENS.MESSAGE:
      return 'message'
    case SPECIAL_TOKENS.END:
    case SPECIAL_TOKENS.RETURN:
    case SPECIAL_TOKENS.CALL:
      return 'stop'
    case SPECIAL_TOKENS.END_OF_TEXT:
      return 'end-of-text'
    default:
      if (tokenizer.tokenText(token) !== undefined || tokenizer.tokenBytes(token) !== undefined) return 'text'
      return isSpecialToken(token) ? 'other' : 'unknown'
  }
}
