import type { HarmonyEncoding } from '../encoding.js'
import { checkEncoding } from '../parse/index.js'
import { SPECIAL_TOKENS, type Tokenizer } from '../tokenizer/index.js'

export interface CallHeaderOptions {
  /** Default `commentary`. The built-in tools are called on `analysis`. */
  readonly channel?: string | undefined
  /** Default `<|constrain|>json`. */
  readonly contentType?: string | undefined
}

/**
 * Returns the tokens after `<|start|>assistant` that open a call, channel first, as the model itself writes it. In a prefill
 * they force the call, without any reasoning before it. With several recipients they end where these part.
 *
 *   <|start|>assistant<|channel|>commentary to=functions.f <|constrain|>json<|message|>
 *                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
 *
 * @example
 * ```ts
 * import { loadHarmonyEncoding } from 'gpt-oss-harmony'
 * import { callHeader } from 'gpt-oss-harmony/grammar'
 *
 * const encoding = loadHarmonyEncoding('HarmonyGptOss')
 * const header = callHeader(encoding, ['functions.get_weather'])
 * console.log(encoding.decode(header)) // '<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>'
 * console.log(encoding.decode(callHeader(encoding, ['functions.a', 'functions.b']))) // '<|channel|>commentary to=functions'
 * ```
 */
export function callHeader(
  encoding: HarmonyEncoding,
  recipients: readonly string[],
  { channel = 'commentary', contentType = '<|constrain|>json' }: CallHeaderOptions = {},
): number[] {
  checkEncoding(encoding, 'callHeader')
  const { tokenizer } = encoding
  const tokens: number[] = [SPECIAL_TOKENS.CHANNEL]
  tokenizer.encodeInto(channel, tokens)
  const endings = recipients.map((recipient) => headerEnding(tokenizer, recipient, contentType))
  // Tokens, not letters: a name cut inside a token is followed by tokens that the model has never seen there.
  const [shortest = []] = endings.toSorted((a, b) => a.length - b.length)
  for (let i = 0; i < shortest.length && endings.every((ending) => ending[i] === shortest[i]); i++)
    tokens.push(shortest[i])
  return tokens
}

function headerEnding(tokenizer: Tokenizer, recipient: string, contentType: string): number[] {
  const tokens: number[] = []
  tokenizer.encodeInto(` to=${recipient}`, tokens)
  if (contentType.startsWith(CONSTRAIN)) {
    tokenizer.encodeInto(' ', tokens)
    tokens.push(SPECIAL_TOKENS.CONSTRAIN)
    tokenizer.encodeInto(contentType.slice(CONSTRAIN.length), tokens)
  } else {
    tokenizer.encodeInto(` ${contentType}`, tokens)
  }
  tokens.push(SPECIAL_TOKENS.MESSAGE)
  return tokens
}

const CONSTRAIN = '<|constrain|>'
