import {
  type ChatAnswer,
  type ChatAnswerChunk,
  type ChatContext,
  type ChatGenerationEnd,
  createChatStream,
  fromChatRequest,
  numberedIds,
} from '../../src/chat/index.js'
import { loadHarmonyEncoding } from '../../src/encoding.js'

export const encoding = loadHarmonyEncoding('HarmonyGptOss')

/** The ids of a completion that is written with its markers. */
export function sampled(text: string): number[] {
  return encoding.encode(text, { allowedSpecial: 'all' })
}

export interface StreamedAnswer {
  readonly chunks: readonly ChatAnswerChunk[]
  readonly completion: ChatAnswer
}

/** Ids, clock and model are pinned. */
export function pinned(request: object = {}, context: Partial<ChatContext> = {}): ChatContext {
  return {
    request: fromChatRequest({ messages: [], ...request }),
    createId: numberedIds(),
    now: () => 1_700_000_000_000,
    model: 'gpt-oss-20b',
    ...context,
  }
}

/** A stream's chunks for tokens that arrive in pieces that end at `cuts`. */
export function streamed(
  tokens: readonly number[],
  context: ChatContext = pinned(),
  cuts: readonly number[] = [],
  end: ChatGenerationEnd = {},
): StreamedAnswer {
  const stream = createChatStream(encoding, context)
  const chunks: ChatAnswerChunk[] = []
  let from = 0
  for (const to of [...cuts, tokens.length]) {
    chunks.push(...stream.push(tokens.slice(from, to)))
    from = to
  }
  chunks.push(...stream.end(end))
  return { chunks, completion: stream.completion }
}

export interface JoinedAnswer {
  readonly role?: string
  readonly content: string | null
  readonly reasoning?: string
  readonly tool_calls: readonly { id: string; type: string; name: string; input: string }[]
  readonly annotations: readonly unknown[]
  readonly finish_reason: string | null
}

/** What a client adds up from the chunks of a choice. */
export function joined(chunks: readonly ChatAnswerChunk[], index = 0): JoinedAnswer {
  let role: string | undefined
  let content: string | null = null
  let reasoning: string | undefined
  let finish: string | null = null
  const calls: { id: string; type: string; name: string; input: string }[] = []
  const annotations: unknown[] = []
  for (const chunk of chunks) {
    const choice = chunk.choices.find((candidate) => candidate.index === index)
    if (choice === undefined) continue
    const { delta, finish_reason: reason } = choice
    role ??= delta.role
    if (delta.content != null) content = (content ?? '') + delta.content
    const thought = delta.reasoning ?? delta.reasoning_content
    if (thought !== undefined) reasoning = (reasoning ?? '') + thought
    annotations.push(...(delta.annotations ?? []))
    for (const { index: at, id, type, function: called, custom } of delta.tool_calls ?? []) {
      if (id !== undefined) calls[at] = { id, type: type!, name: (called ?? custom)!.name!, input: '' }
      calls[at].input += called?.arguments ?? custom?.input ?? ''
    }
    finish ??= reason
  }
  return {
    ...(role !== undefined && { role }),
    content,
    ...(reasoning !== undefined && { reasoning }),
    tool_calls: calls,
    annotations,
    finish_reason: finish,
  }
}

/** A whole answer in the form of {@link joined}. */
export function joinedWhole(completion: ChatAnswer, index = 0): JoinedAnswer {
  const { message, finish_reason } = completion.choices[index]
  const reasoning = message.reasoning ?? message.reasoning_content
  return {
    role: message.role,
    content: message.content,
    ...(reasoning !== undefined && { reasoning }),
    tool_calls: (message.tool_calls ?? []).map((call) =>
      call.type === 'function'
        ? { id: call.id, type: call.type, name: call.function.name, input: call.function.arguments }
        : { id: call.id, type: call.type, name: call.custom.name, input: call.custom.input },
    ),
    annotations: message.annotations ?? [],
    finish_reason,
  }
}
