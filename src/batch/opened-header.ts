import type { HarmonyEncoding } from '../encoding.js'
import { SPECIAL_TOKENS } from '../tokenizer/index.js'

/**
 * What a prefill has opened of the answer's header behind `<|start|>assistant`, for a parser to read before the sampled tokens. Nothing, but for a
 * forced call.
 *
 *   …<|end|><|start|>assistant<|channel|>commentary to=functions.f <|constrain|>json<|message|>
 *                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
 */
export function openedHeaderOf(
  encoding: HarmonyEncoding,
  promptTokenIds: readonly number[],
): readonly number[] {
  const role = encoding.encode('assistant')
  const start = promptTokenIds.lastIndexOf(SPECIAL_TOKENS.START) + 1
  if (start === 0 || !role.every((token, i) => promptTokenIds[start + i] === token)) return []
  return promptTokenIds.slice(start + role.length)
}
