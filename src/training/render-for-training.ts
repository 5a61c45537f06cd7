import type { HarmonyEncoding } from '../encoding.js'
import type { Conversation } from '../message/index.js'
import { checkEncoding } from '../parse/index.js'
import type { MessageSpan, RenderConversationOptions, RenderedConversation } from '../render/index.js'
import { SPECIAL_TOKENS } from '../tokenizer/index.js'
import { checkRendered } from './rendered.js'

/**
 * The end of an answer: `<|return|>`, which the model samples, or `<|end|>`, which
 * replaces it in history.
 */
export type FinalTerminator = 'return' | 'end'

export interface TrainingOptions extends RenderConversationOptions {
  /**
   * The end of the assistant's messages on `final`. `last-return`, as in the official
   * library, is `<|return|>` at the end of the conversation and `<|end|>` before it. A
   * function decides for each message. Default `last-return`.
   */
  readonly finalTerminator?: FinalTerminatorChoice | undefined
}

export type FinalTerminatorChoice = FinalTerminator | 'last-return' | ((span: MessageSpan) => FinalTerminator)

/**
 * Renders a conversation to train on, with its spans for `lossMask`. Without options, the
 * tokens equal the official library's training rendering.
 *
 * That rendering drops the reasoning before the first final. To train on several turns
 * with their reasoning, use `dropAnalysis: 'none'`.
 *
 * @throws HarmonyError as `encoding.renderConversation`
 * @throws TypeError for an unknown option value
 *
 * Source: openai/harmony 0.0.8, `render_conversation_for_training`.
 *
 * @example
 * ```ts
 * import { loadHarmonyEncoding } from 'gpt-oss-harmony'
 * import { renderForTraining } from 'gpt-oss-harmony/training'
 *
 * const encoding = loadHarmonyEncoding('HarmonyGptOss')
 * const conversation = {
 *   messages: [
 *     { role: 'user', content: 'Hi' },
 *     { role: 'assistant', channel: 'final', content: 'Hello!' },
 *   ] as const,
 * }
 * const { tokens } = renderForTraining(encoding, conversation)
 * console.log(tokens.at(-1)) // 200002
 * console.log(renderForTraining(encoding, conversation, { finalTerminator: 'end' }).tokens.at(-1)) // 200007
 * ```
 */
export function renderForTraining(
  encoding: HarmonyEncoding,
  conversation: Conversation,
  { finalTerminator = 'last-return', ...options }: TrainingOptions = {},
): RenderedConversation {
  checkEncoding(encoding, 'renderForTraining')
  return withFinalTerminators(encoding.renderWithSpans(conversation, options), finalTerminator)
}

/**
 * Returns the tokens with other ends of answers. For the tokens of a transcript, whose
 * answers all end with `<|end|>`, as in history.
 *
 * @throws TypeError for tokens without spans and for an unknown `finalTerminator`
 *
 * @example
 * ```ts
 * import { loadHarmonyEncoding } from 'gpt-oss-harmony'
 * import { createTranscript } from 'gpt-oss-harmony/transcript'
 * import { withFinalTerminators } from 'gpt-oss-harmony/training'
 *
 * const encoding = loadHarmonyEncoding('HarmonyGptOss')
 * const transcript = createTranscript(encoding, { messages: [{ role: 'user', content: 'Hi' }] })
 * transcript.prefill()
 * transcript.commit(encoding.encode('<|channel|>final<|message|>Hello!<|return|>', { allowedSpecial: 'all' }))
 * const history = transcript.renderWithSpans()
 * console.log(history.tokens.at(-1)) // 200007
 * console.log(withFinalTerminators(history, 'return').tokens.at(-1)) // 200002
 * ```
 */
export function withFinalTerminators(
  rendered: RenderedConversation,
  finalTerminator: FinalTerminatorChoice,
): RenderedConversation {
  checkRendered(rendered, 'withFinalTerminators')
  const { tokens, spans } = rendered
  const changed = tokens.slice()
  spans.forEach((span, i) => {
    const { role, channel, terminator } = span
    // In a transcript, a final that the model left open has no terminator.
    if (role !== 'assistant' || channel !== 'final' || terminator.start === terminator.end) return
    const choice = chosen(finalTerminator, span, i === spans.length - 1)
    // An end in a call stays one, unless it is to be learned as a return.
    if (choice === 'return') changed[terminator.end - 1] = SPECIAL_TOKENS.RETURN
    else if (changed[terminator.end - 1] === SPECIAL_TOKENS.RETURN)
      changed[terminator.end - 1] = SPECIAL_TOKENS.END
  })
  return { tokens: changed, spans }
}

function chosen(finalTerminator: FinalTerminatorChoice, span: MessageSpan, isLast: boolean): FinalTerminator {
  const choice = typeof finalTerminator === 'function' ? finalTerminator(span) : finalTerminator
  switch (choice) {
    case 'last-return':
      return isLast ? 'return' : 'end'
    case 'return':
    case 'end':
      return choice
    default:
      throw new TypeError(
        `finalTerminator: found ${String(choice satisfies never)}, wanted 'return', 'end' or 'last-return'`,
      )
  }
}
