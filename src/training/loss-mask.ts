import type { MessageSpan, RenderedConversation } from '../render/index.js'
import { SPECIAL_TOKENS } from '../tokenizer/index.js'
import { checkedPolicy, type LossPolicy } from './loss-policy.js'
import { checkRendered } from './rendered.js'

/**
 * Whether each token is learned, and with what weight. All three lists are as long as the
 * tokens.
 */
export interface LossMask {
  readonly mask: boolean[]
  /**
   * The token if it is learned, otherwise −100, as PyTorch's cross entropy expects. Not
   * shifted: trainers do that.
   */
  readonly labels: number[]
  /** The weight of a token that is learned, otherwise 0. */
  readonly weights: number[]
}

/** The label of a token that is not learned. */
const IGNORED = -100

/**
 * Returns which tokens of a rendered conversation a model learns. By default these are
 * the tokens that it samples: the assistant's turns, from the token after the prefill's
 * `<|start|>assistant` to the terminator, inclusive.
 *
 * The `<|end|>` that ends an answer in history is not learned, because the model samples
 * `<|return|>` there.
 *
 * Within a turn, for example between reasoning and answer, the model samples
 * `<|start|>assistant` itself, so it is learned. If `roles` includes another role,
 * everything after the role in its messages is learned; in a tool's message, which has
 * the tool's name in that place, everything after `<|start|>`.
 *
 * @throws TypeError for tokens without spans and for a policy of the wrong kind; RangeError for a weight that is
 *   negative or not finite, and for an index that is not a whole number
 *
 * @example
 * ```ts
 * import { loadHarmonyEncoding } from 'gpt-oss-harmony'
 * import { lossMask, renderForTraining } from 'gpt-oss-harmony/training'
 *
 * const encoding = loadHarmonyEncoding('HarmonyGptOss')
 * const rendered = renderForTraining(encoding, {
 *   messages: [
 *     { role: 'user', content: 'Hi' },
 *     { role: 'assistant', channel: 'final', content: 'Hello!' },
 *   ],
 * })
 * const { labels } = lossMask(rendered)
 * console.log(encoding.decode(labels.filter((label) => label !== -100))) // '<|channel|>final<|message|>Hello!<|return|>'
 * ```
 */
export function lossMask(rendered: RenderedConversation, policy: LossPolicy = {}): LossMask {
  checkRendered(rendered, 'lossMask')
  const { tokens, spans } = rendered
  const { roles, channels, messageIndexes, channelWeights, learnFinalEnd } = checkedPolicy(policy)
  const isLearned = ({ role, channel, messageIndex }: MessageSpan) =>
    roles.includes(role) &&
    (channels?.includes(channel ?? null) ?? true) &&
    (messageIndexes?.has(messageIndex) ?? true)

  const mask = tokens.map(() => false)
  const labels = tokens.map(() => IGNORED)
  const weights = tokens.map(() => 0)
  spans.forEach((span, i) => {
    const weight = weightOf(channelWeights, span.channel)
    if (weight === 0 || !isLearned(span)) return
    const end = isHistoricalEnd(span, tokens) && !learnFinalEnd ? span.terminator.start : span.terminator.end
    for (let at = firstLearned(span, i === 0 ? undefined : spans[i - 1], tokens); at < end; at++) {
      mask[at] = true
      labels[at] = tokens[at]
      weights[at] = weight
    }
  })
  return { mask, labels, weights }
}

/**
 * Returns whether an answer ends with `<|end|>`, as in history. The model itself samples
 * `<|return|>`.
 */
function isHistoricalEnd({ role, channel, terminator }: MessageSpan, tokens: readonly number[]): boolean {
  return role === 'assistant' && channel === 'final' && tokens[terminator.start] === SPECIAL_TOKENS.END
}

function weightOf(weights: Readonly<Record<string, number>>, channel: string | undefined): number {
  return channel !== undefined && Object.hasOwn(weights, channel) ? weights[channel] : 1
}

function firstLearned(span: MessageSpan, before: MessageSpan | undefined, tokens: readonly number[]): number {
  const isOpened = span.start.start < span.start.end
  if (!isOpened || (span.role === 'assistant' && before !== undefined && goesOn(before, tokens)))
    return span.start.start
  // A role is one token in the vocabulary; a tool's message has the tool's name in its
  // place.
  return span.role === 'tool' ? span.header.start : Math.min(span.header.start + 1, span.header.end)
}

/**
 * Returns whether the model continues after a message: it is the assistant's, and neither
 * a call nor an answer.
 */
function goesOn({ role, channel, terminator }: MessageSpan, tokens: readonly number[]): boolean {
  const last = tokens[terminator.end - 1]
  return (
    role === 'assistant' &&
    channel !== 'final' &&
    last !== SPECIAL_TOKENS.CALL &&
    last !== SPECIAL_TOKENS.RETURN
  )
}
