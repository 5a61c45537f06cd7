import type { MessageSpan, RenderedConversation } from '../render/index.js'
import { SPECIAL_TOKENS } from '../tokenizer/index.js'
import { checkedPolicy, type LossPolicy } from './loss-policy.js'

/** For each token, whether and how much it is learned. All three lists are as long as the tokens. */
export interface LossMask {
  readonly mask: boolean[]
  /** The token where it is learned, −100 elsewhere, as PyTorch's cross entropy wants it. Not shifted: trainers do that. */
  readonly labels: number[]
  /** The weight where a token is learned, 0 elsewhere. */
  readonly weights: number[]
}

/** The label of a token that is not learned. */
const IGNORED = -100

/**
 * Which tokens of a rendered conversation a model learns: by default what it samples itself, that is, the assistant's turns from behind the
 * `<|start|>assistant` that the prefill gives, to the terminator included.
 *
 * The `<|end|>` that ends an answer in history is not learned, because the model samples `<|return|>` there.
 *
 * Within a turn, the model writes `<|start|>assistant` itself, as between reasoning and answer: there it is learned. Of another role's
 * message, where `roles` asks for it, everything behind the role is learned, and of a tool's, whose name stands there, everything behind
 * `<|start|>`.
 *
 * @throws TypeError for a policy of the wrong kind; RangeError for a weight that is negative or not finite, and for
 *   an index that is no whole number
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
export function lossMask({ tokens, spans }: RenderedConversation, policy: LossPolicy = {}): LossMask {
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

/** Whether an answer ends as in history, with `<|end|>`: the model itself samples `<|return|>`. */
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
  // A role is one token in the vocabulary; a tool's message has the tool's name in its place.
  return span.role === 'tool' ? span.header.start : Math.min(span.header.start + 1, span.header.end)
}

/** Whether the model samples on behind a message: it is its own, and ends neither in a call nor in an answer. */
function goesOn({ role, channel, terminator }: MessageSpan, tokens: readonly number[]): boolean {
  const last = tokens[terminator.end - 1]
  return (
    role === 'assistant' &&
    channel !== 'final' &&
    last !== SPECIAL_TOKENS.CALL &&
    last !== SPECIAL_TOKENS.RETURN
  )
}
