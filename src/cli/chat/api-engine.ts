import type { Engine, EngineChunk, EngineFinish } from '../../engines/index.js'
import { HarmonyError } from '../../errors.js'
import { callHeader } from '../../grammar/index.js'
import type { ReasoningEffort } from '../../message/index.js'
import { SPECIAL_TOKENS } from '../../tokenizer/index.js'
import type { ToolSet } from '../../tools/index.js'
import type { Transcript } from '../../transcript/index.js'
import { type ApiCallDelta, type ApiServer, streamChat } from './api-client.js'
import { apiMessagesOf, apiNameOf } from './api-messages.js'

export interface ApiEngineOptions extends ApiServer {
  readonly model: string
  readonly reasoningEffort: Lowercase<ReasoningEffort> | undefined
  /** The conversation that is sent, in place of the prefill. */
  readonly transcript: Transcript
  readonly tools: ToolSet
}

/**
 * Creates an engine over a Chat Completions API, for the turns of one transcript. What the API answers is written as a model
 * would have sampled it, so that the transcript holds the same messages; the ids spell them, but were not sampled.
 */
export function apiEngine({
  model,
  reasoningEffort,
  transcript,
  tools,
  ...server
}: ApiEngineOptions): Engine {
  return {
    async *generate(_prefill, { signal }) {
      const body = {
        model,
        messages: apiMessagesOf(transcript.toConversation()),
        ...(tools.namespaces.length > 0 && { tools: apiToolsOf(tools) }),
        ...(reasoningEffort !== undefined && { reasoning_effort: reasoningEffort }),
      }
      const writer = new AnswerWriter(transcript, tools)
      let reason: string | undefined
      for await (const { choices } of streamChat(server, body, signal)) {
        const choice = choices?.[0]
        if (choice === undefined) continue
        const { delta = {} } = choice
        writer.write('analysis', delta.reasoning ?? delta.reasoning_content)
        writer.write('final', delta.content)
        writer.addCalls(delta.tool_calls ?? [])
        reason = choice.finish_reason ?? reason
        const tokens = writer.take()
        if (tokens.length > 0) yield { tokens }
      }
      if (reason === undefined)
        throw new HarmonyError('engine-failed', `${server.baseUrl}: the answer ended without a finish reason`)
      yield writer.end(reason)
    },
  }
}

function apiToolsOf({ namespaces }: ToolSet): object[] {
  return namespaces.flatMap(({ name: namespace, tools }) =>
    tools.map(({ name, description, parameters }) => ({
      type: 'function',
      function: {
        name: apiNameOf(`${namespace}.${name}`),
        description,
        parameters: parameters ?? { type: 'object', properties: {} },
      },
    })),
  )
}

/** Writes an answer's parts as tokens, as they come. Calls are written at the end, for their parts may come in turns. */
class AnswerWriter {
  readonly #transcript: Transcript
  readonly #tools: ToolSet
  readonly #calls: { name: string; arguments: string }[] = []
  #tokens: number[] = []
  #channel: string | undefined

  constructor(transcript: Transcript, tools: ToolSet) {
    this.#transcript = transcript
    this.#tools = tools
  }

  write(channel: 'analysis' | 'final', text: string | null | undefined): void {
    if (!text) return
    const { tokenizer } = this.#transcript.encoding
    if (channel !== this.#channel) {
      this.#startMessage(channel)
      this.#tokens.push(SPECIAL_TOKENS.CHANNEL)
      tokenizer.encodeInto(channel, this.#tokens)
      this.#tokens.push(SPECIAL_TOKENS.MESSAGE)
    }
    tokenizer.encodeInto(text, this.#tokens)
  }

  addCalls(deltas: readonly ApiCallDelta[]): void {
    for (const { index = 0, function: { name, arguments: text } = {} } of deltas) {
      const call = (this.#calls[index] ??= { name: '', arguments: '' })
      call.name += name ?? ''
      call.arguments += text ?? ''
    }
  }

  /** Returns what was written since the last time. */
  take(): number[] {
    const tokens = this.#tokens
    this.#tokens = []
    return tokens
  }

  end(reason: string): EngineChunk {
    const { encoding } = this.#transcript
    const calls = reason === 'length' ? [] : Object.values(this.#calls)
    for (const call of calls) {
      this.#startMessage('commentary')
      for (const token of callHeader(encoding, [this.#recipientOf(call.name)])) this.#tokens.push(token)
      encoding.tokenizer.encodeInto(call.arguments, this.#tokens)
    }
    const stopToken = calls.length > 0 ? SPECIAL_TOKENS.CALL : SPECIAL_TOKENS.RETURN
    const finish: EngineFinish = reason === 'length' ? { reason } : { reason: 'stop', stopToken }
    return { tokens: this.take(), finish }
  }

  /** Ends the open message, if there is one. The prefill has begun the first one. */
  #startMessage(channel: string): void {
    if (this.#channel !== undefined) {
      this.#tokens.push(SPECIAL_TOKENS.END, SPECIAL_TOKENS.START)
      this.#transcript.encoding.tokenizer.encodeInto('assistant', this.#tokens)
    }
    this.#channel = channel
  }

  #recipientOf(name: string): string {
    const known = this.#tools.recipients.find((recipient) => apiNameOf(recipient) === name)
    return known ?? this.#tools.find(name)?.recipient ?? `functions.${name.replace(/[^\w.-]/g, '_')}`
  }
}
