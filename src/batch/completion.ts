import type { HarmonyEncoding } from '../encoding.js'
import type { DeviationCode } from '../errors.js'
import type { ParsedMessage } from '../message/index.js'
import { createTextParser, parseTokens } from '../parse/index.js'
import { specialTokenId, SPECIAL_TOKENS } from '../tokenizer/index.js'
import {
  finalTextOf,
  isToolCall,
  reasoningOf,
  toolCallsOf,
  type TurnAction,
  turnActionOf,
} from '../turn/index.js'
import type { Sampled } from './engine-output.js'
import type { PrefillInfo } from './prefill-info.js'

/** One answer of an engine. */
export interface Completion {
  /** Which of several answers to the same prompt; 0 where there is one. */
  readonly index: number
  readonly messages: readonly ParsedMessage[]
  /** The analysis messages, joined by line breaks. */
  readonly reasoning: string
  /** The messages on `final`, joined by line breaks. */
  readonly final: string
  readonly toolCalls: readonly CompletionToolCall[]
  readonly finishReason: FinishReason
  /** How often the tokens broke the grammar, by kind; empty for nearly all. */
  readonly deviations: Readonly<Partial<Record<DeviationCode, number>>>
  readonly completionTokenCount: number
}

/** A call, in the form of Chat Completions. */
export interface CompletionToolCall {
  readonly id: string
  readonly type: 'function'
  readonly function: {
    /** As in the request's tools; a tool's full name where it is no function of the request's (`browser.search`). */
    readonly name: string
    /** As sampled. */
    readonly arguments: string
  }
}

export type FinishReason = 'stop' | 'tool_calls' | 'length'

/** How to read answers. */
export interface AnswerOptions {
  /**
   * Reads the text of answers that have no token ids: `markers` if the engine spells special tokens out,
   * `stripped` if it leaves them out (`analysis…assistantfinal…`), which is guesswork. By default such an answer
   * is an error. Tokens are then counted by encoding the text.
   */
  readonly text?: 'markers' | 'stripped' | undefined
  /** Keeps a stop string that the engine names and leaves at the end of its tokens. Default `false`. */
  readonly keepStopString?: boolean | undefined
}

/** Where an answer belongs. */
export interface AnswerPlace {
  readonly index: number
  readonly prefill: PrefillInfo | undefined
  readonly callIdPrefix: string
}

/** @throws HarmonyError `invalid-token` */
export function completionOf(
  encoding: HarmonyEncoding,
  sampled: Sampled,
  { index, prefill, callIdPrefix }: AnswerPlace,
  options: AnswerOptions,
): Completion {
  const read = 'text' in sampled.output ? readText : readTokens
  const {
    messages: whole,
    deviationCodes,
    ending,
    tail,
    tokenCount,
  } = read(encoding, sampled, prefill, options)
  const { isStopped, stopString } = sampled
  const isCutByString = ending === null && stopString !== undefined
  const messages =
    isCutByString && options.keepStopString !== true ? withoutStopString(whole, stopString, tail) : whole

  // A call whose arguments a stop string has cut is not to be made.
  const last = messages.at(-1)
  const isCallCut = isCutByString && last !== undefined && isToolCall(last)
  const finished = isCallCut ? messages.slice(0, -1) : messages
  const toolCalls = toolCallsOf(finished).map((call, position) => ({
    id: `${callIdPrefix}_${position}`,
    type: 'function' as const,
    function: { name: nameInRequest(call.name, prefill?.toolNames), arguments: call.arguments },
  }))
  const counts: Partial<Record<DeviationCode, number>> = {}
  for (const code of deviationCodes) counts[code] = (counts[code] ?? 0) + 1
  // The engine stopped and does not say on what: what the turn ends with tells.
  const stopToken = ending ?? (isStopped ? SPECIAL_TOKENS.RETURN : null)
  return {
    index,
    messages,
    reasoning: reasoningOf(messages),
    final: finalTextOf(messages),
    toolCalls,
    finishReason: FINISH_REASONS[turnActionOf(isCutByString ? finished : messages, stopToken)],
    deviations: counts,
    completionTokenCount: tokenCount,
  }
}

const FINISH_REASONS = { return: 'stop', call: 'tool_calls', length: 'length' } as const satisfies Record<
  TurnAction,
  FinishReason
>

interface ReadAnswer {
  readonly messages: readonly ParsedMessage[]
  readonly deviationCodes: readonly DeviationCode[]
  /** The token that ended the turn, if it is known. */
  readonly ending: number | null
  /** The text of the last token: a stop string ends within it. */
  readonly tail: string
  readonly tokenCount: number
}

function readTokens(
  encoding: HarmonyEncoding,
  sampled: Sampled,
  prefill: PrefillInfo | undefined,
): ReadAnswer {
  const { tokens } = sampled.output as { readonly tokens: readonly number[] }
  const last = tokens.at(-1)
  const ending = endingOf(last, sampled)
  const read = [
    ...(prefill?.openedHeader ?? []),
    ...tokens,
    ...(ending === null || ending === last ? [] : [ending]),
  ]
  const { messages, deviations } = parseTokens(encoding, read, {
    stopped: sampled.isStopped,
    ...(prefill?.tools === undefined ? {} : { tools: prefill.tools }),
  })
  return {
    messages,
    deviationCodes: deviations.map(({ code }) => code),
    ending,
    tail: encoding.decode(tokens.slice(-1)),
    tokenCount: tokens.length,
  }
}

function readText(
  encoding: HarmonyEncoding,
  sampled: Sampled,
  prefill: PrefillInfo | undefined,
  options: AnswerOptions,
): ReadAnswer {
  const { text } = sampled.output as { readonly text: string }
  const marker = /<\|\w+\|>$/.exec(text)?.[0]
  const last = marker === undefined ? undefined : specialTokenId(marker)
  const ending = endingOf(last, sampled)
  const messages: ParsedMessage[] = []
  const deviationCodes: DeviationCode[] = []
  const strippedMarkers = options.text === 'stripped'
  const parser = createTextParser({
    strippedMarkers,
    ...(prefill?.tools === undefined ? {} : { tools: prefill.tools }),
    onEvent(event) {
      if (event.type === 'message-end') messages.push(event.message)
      else if (event.type === 'deviation') deviationCodes.push(event.code)
    },
  })
  const opened = prefill?.openedHeader ?? []
  parser.push(
    encoding.decode(strippedMarkers ? opened.filter((token) => !encoding.isSpecialToken(token)) : opened),
  )
  parser.push(text)
  if (ending !== null && ending !== last && !strippedMarkers) parser.push(encoding.decode([ending]))
  parser.end({ stopped: sampled.isStopped || ending !== null })
  const tokenCount = encoding.encode(text, { allowedSpecial: 'all' }).length
  return { messages, deviationCodes, ending, tail: '', tokenCount }
}

/** The token that ended the turn: the last one, or the one that the engine names. */
function endingOf(last: number | undefined, { stopToken }: Sampled): number | null {
  return isTurnStop(last) ? last : isTurnStop(stopToken) ? stopToken : null
}

function isTurnStop(token: number | undefined): token is number {
  return (
    token === SPECIAL_TOKENS.RETURN || token === SPECIAL_TOKENS.CALL || token === SPECIAL_TOKENS.END_OF_TEXT
  )
}

/** The messages without the stop string at the end, and what the last token holds after it. */
function withoutStopString(
  messages: readonly ParsedMessage[],
  stopString: string,
  tail: string,
): readonly ParsedMessage[] {
  const last = messages.at(-1)
  if (last === undefined) return messages
  const at = last.content.lastIndexOf(stopString)
  // Elsewhere it is not what the engine stopped on.
  const isAtEnd = at !== -1 && at + stopString.length >= last.content.length - Math.max(0, tail.length - 1)
  return isAtEnd ? [...messages.slice(0, -1), { ...last, content: last.content.slice(0, at) }] : messages
}

function nameInRequest(name: string, toolNames: Readonly<Record<string, string>> = {}): string {
  return Object.hasOwn(toolNames, name) ? toolNames[name] : name
}
