import {
  type ChatAnswer,
  type ChatAnswerChunk,
  type ChatConversation,
  type ChatGenerationEnd,
  type ChatRequest,
  type ChatStream,
  createChatStream,
  fromChatRequest,
  generationSettingsOf,
  renderChatRequest,
} from '../chat/index.js'
import { invalidRequest } from '../openai/index.js'
import { createTranscript } from '../transcript/index.js'
import { describeError } from './api-error.js'
import { chunkWriter } from './chunk-text.js'
import type { AnswerContext } from './context.js'
import { eventStream } from './event-stream.js'
import { type AnswerTools, chatTools } from './hosted-tools.js'
import { startRun } from './start-run.js'

/** Answers `POST /v1/chat/completions`. */
export async function answerChat(body: Record<string, unknown>, context: AnswerContext): Promise<Response> {
  const { options, encoding, record } = context
  const tools = chatTools(options.tools ?? {})
  const request = fromChatRequest(body as unknown as ChatRequest, {
    ...options.chat,
    builtinTools: tools.toolSet?.builtins,
    namespaces: tools.toolSet?.namespaces,
  })
  if (request.samplingParams['logprobs'] !== undefined && options.logprobs !== true)
    throw invalidRequest(
      'logprobs',
      true,
      'false, unless the setting logprobs says that the engine gives them',
    )
  const returnsIds = request.engineParams['return_token_ids'] === true
  if (returnsIds && body['stream'] === true)
    throw invalidRequest(
      'return_token_ids',
      true,
      'false with stream: true; a whole answer has them, and the stream of /v1/completions',
    )
  const stream = createChatStream(encoding, {
    request,
    pageOf: tools.pageOf,
    reasoningField: options.reasoningField,
    onDeviation: (deviation) => record.countDeviation(deviation),
  })
  const { choiceCount } = generationSettingsOf(request.samplingParams)
  const run = (emit: Emit) => {
    const choices = Array.from({ length: choiceCount }, (_, choice) =>
      runChoice(choice, request, stream, tools, context, emit),
    )
    return Promise.all(choices).catch((error: unknown) => {
      // The other choices are of no use any more.
      context.abort(error)
      throw error
    })
  }

  if (body['stream'] !== true) {
    const sampled = await run(() => undefined)
    const { completion } = stream
    return Response.json(returnsIds ? withTokenIds(completion, sampled) : completion)
  }
  return streamedAnswer(run, context)
}

type Emit = (chunks: readonly ChatAnswerChunk[]) => Promise<void> | undefined

/** A choice's tokens. Together they are what the engine would be sent to go on from. */
interface ChoiceTokens {
  /** What the first generation was sampled from. */
  readonly prompt: readonly number[]
  /** All that came after it, if the request wants it: what was sampled, and the results of hosted calls. */
  readonly answer: readonly number[]
}

/** Adds the token ids where vLLM has them. */
function withTokenIds(completion: ChatAnswer, tokens: readonly ChoiceTokens[]): object {
  return {
    ...completion,
    choices: completion.choices.map((choice) => ({ ...choice, token_ids: tokens[choice.index].answer })),
    prompt_token_ids: tokens[0].prompt,
  }
}

/**
 * Returns the stream once its first chunk is there, so that an engine that refuses the request still decides about
 * the status.
 */
async function streamedAnswer(
  run: (emit: Emit) => Promise<unknown>,
  { abort, hold, record }: AnswerContext,
): Promise<Response> {
  let send: ((text: string) => Promise<void> | undefined) | undefined
  let early = ''
  let onFirst!: () => void
  const first = new Promise<void>((resolve) => (onFirst = resolve))
  const write = chunkWriter()
  const running = run((chunks) => {
    let text = ''
    for (const chunk of chunks) text += write(chunk)
    if (send !== undefined) return text === '' ? undefined : send(text)
    early += text
    onFirst()
    return undefined
  })
  await Promise.race([first, running])
  return eventStream({
    onGone: abort,
    hold,
    async produce(sendText) {
      send = sendText
      await send(early)
      try {
        await running
      } catch (error) {
        const { body } = describeError(error)
        record.error = body.error.message
        await send(`data: ${JSON.stringify(body)}\n\n`)
      }
      await send('data: [DONE]\n\n')
    },
  })
}

/** Samples one of the answers, hosted calls in between. */
async function runChoice(
  choice: number,
  request: ChatConversation,
  stream: ChatStream,
  { toolSet }: AnswerTools,
  context: AnswerContext,
  emit: Emit,
): Promise<ChoiceTokens> {
  const { encoding, record } = context
  const transcript = createTranscript(encoding, request.conversation)
  const { maxTokens, sampling } = generationSettingsOf(request.samplingParams)
  const opening = renderChatRequest(encoding, request).slice(transcript.prefill().tokens.length)
  const { cache_salt, priority, return_token_ids: returnsIds } = request.engineParams
  let promptTokens = 0
  let prompt: readonly number[] | undefined
  let answer: number[] = []
  let end: ChatGenerationEnd = {}
  const run = startRun(context, {
    transcript,
    opening,
    toolSet,
    responseFormat: request.responseFormat,
    hasTools: request.tools.length > 0,
    sampling: {
      ...seedOfChoice(sampling, choice),
      ...(cache_salt !== undefined && { cache_salt }),
      ...(priority !== undefined && { priority }),
    },
    maxTokens,
  })
  let isOver = true
  for await (const events of run.batches) {
    for (const event of events) {
      if (stream.isStopped(choice)) break
      record.read(event)
      switch (event.type) {
        case 'generation-start':
          if (!isOver) await emit(stream.endGeneration(end, choice))
          isOver = true
          promptTokens = event.prefill.length
          prompt ??= event.prefill
          answer = event.prefill.slice(prompt.length)
          break
        case 'tokens-delta': {
          if (returnsIds === true) for (const token of event.tokens) answer.push(token)
          const pushed = emit(stream.push(event.tokens, event.logprobs, choice))
          if (pushed !== undefined) await pushed
          break
        }
        case 'generation-end':
          end = { stopped: event.action !== 'length', promptTokens, cachedTokens: event.cachedTokens }
          isOver = false
          break
        default:
      }
    }
    if (stream.isStopped(choice)) {
      end = { promptTokens }
      break
    }
  }
  await emit(stream.end(end, choice))
  return { prompt: prompt ?? [], answer }
}

/** The same seed would sample the same answer again. */
function seedOfChoice(sampling: Readonly<Record<string, unknown>>, choice: number): Record<string, unknown> {
  const { seed } = sampling
  return { ...sampling, ...(typeof seed === 'number' && choice > 0 && { seed: seed + choice }) }
}
