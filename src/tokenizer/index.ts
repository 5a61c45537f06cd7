export { decode, decodeBytes, decodeUtf8 } from './decode.js'
export { encode, type EncodeOptions } from './encode.js'
export { encodeRuns } from './encode-runs.js'
export { o200kHarmony } from './o200k.js'
export {
  FIRST_SPECIAL_TOKEN,
  isSpecialToken,
  LAST_SPECIAL_TOKEN,
  SPECIAL_TOKENS,
  specialTokenId,
  specialTokenText,
  specialTokenTexts,
} from './special-tokens.js'
export type { O200kTokenizer, Tokenizer } from './tokenizer.js'
export { fromJsTiktoken } from './js-tiktoken.js'
export type { TokenRange } from './token-range.js'
