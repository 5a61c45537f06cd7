import type { GenerateOptions } from '../engines/index.js'
import {
  checkedList,
  checkFields,
  generationSettingsOf,
  invalidRequest,
  randomId,
  SAMPLING_FIELDS,
  samplingParamsOf,
} from '../openai/index.js'
import { describeError } from './api-error.js'
import { leastOf } from './start-run.js'
import type { AnswerContext } from './context.js'
import { eventStream } from './event-stream.js'

const FIELDS = {
  understood: [
    ...SAMPLING_FIELDS.filter((field) => field !== 'logprobs' && field !== 'top_logprobs'),
    'model',
    'prompt',
    'stream',
    'stream_options',
    'return_token_ids',
  ],
  ignored: ['user', 'safety_identifier', 'metadata', 'service_tier'],
  refused: {
    best_of: 'n, and the best chosen by you',
    echo: 'no echo, and the prompt put before the text by you',
    logprobs: 'no log probabilities',
    suffix: 'no suffix, as the model does not fill in',
  },
}

/** Why a choice ended, and what it cost. */
interface Completed {
  readonly tokens: readonly number[]
  readonly text: string
  readonly finishReason: 'stop' | 'length'
  readonly stopReason: number | string | null
}

/**
 * Answers `POST /v1/completions`: text or ids to sample from as they are, markers and all. The text of the answer
 * spells markers out; the stop token is left out.
 */
export async function answerCompletions(
  body: Record<string, unknown>,
  context: AnswerContext,
): Promise<Response> {
  checkFields(body, '', FIELDS)
  const { encoding, record } = context
  const prompts = readPrompts(body['prompt'], (text) => encoding.encode(text, { allowedSpecial: 'all' }))
  const { choiceCount, ...settings } = generationSettingsOf(samplingParamsOf(body))
  const envelope = {
    id: randomId('cmpl-'),
    object: 'text_completion',
    created: Math.floor(Date.now() / 1000),
    model: typeof body['model'] === 'string' ? body['model'] : 'gpt-oss',
  }
  const returnsIds = body['return_token_ids'] === true
  const jobs = prompts.flatMap((prompt, p) =>
    Array.from({ length: choiceCount }, (_, n) => ({ prompt, index: p * choiceCount + n })),
  )
  for (const prompt of prompts) record.countPrompt(prompt.length)

  if (body['stream'] !== true) {
    const choices = await all(
      jobs.map(async ({ prompt, index }) => {
        const { tokens, text, finishReason, stopReason } = await complete(
          prompt,
          settings,
          context,
          () => undefined,
        )
        return {
          index,
          text,
          logprobs: null,
          finish_reason: finishReason,
          stop_reason: stopReason,
          ...(returnsIds && { token_ids: tokens, prompt_token_ids: prompt }),
        }
      }),
      context,
    )
    return Response.json({ ...envelope, choices, usage: usageOf(context) })
  }

  return eventStream({
    onGone: context.abort,
    hold: context.hold,
    async produce(send) {
      const sendChoice = (choice: object) =>
        send(`data: ${JSON.stringify({ ...envelope, choices: [{ logprobs: null, ...choice }] })}\n\n`)
      try {
        await all(
          jobs.map(async ({ prompt, index }) => {
            const { finishReason, stopReason } = await complete(prompt, settings, context, (text, tokens) =>
              text === '' && !returnsIds
                ? undefined
                : sendChoice({ index, text, finish_reason: null, ...(returnsIds && { token_ids: tokens }) }),
            )
            await sendChoice({ index, text: '', finish_reason: finishReason, stop_reason: stopReason })
          }),
          context,
        )
        const streamOptions = body['stream_options'] as { include_usage?: boolean } | null | undefined
        if (streamOptions?.include_usage === true)
          await send(`data: ${JSON.stringify({ ...envelope, choices: [], usage: usageOf(context) })}\n\n`)
      } catch (error) {
        const { body: description } = describeError(error)
        record.error = description.error.message
        await send(`data: ${JSON.stringify(description)}\n\n`)
      }
      await send('data: [DONE]\n\n')
    },
  })
}

async function all<T>(running: readonly Promise<T>[], { abort }: AnswerContext): Promise<T[]> {
  try {
    return await Promise.all(running)
  } catch (error) {
    abort(error)
    throw error
  }
}

async function complete(
  prompt: readonly number[],
  {
    maxTokens,
    stopStrings,
    sampling,
  }: { maxTokens?: number; stopStrings: readonly string[]; sampling: GenerateOptions['sampling'] },
  { encoding, options, signal, record }: AnswerContext,
  emit: (text: string, tokens: readonly number[]) => Promise<void> | undefined,
): Promise<Completed> {
  const stop = encoding.stopTokensForAssistantActions()
  const tokens: number[] = []
  const decoder = new TextDecoder()
  // What may be the beginning of a stop string waits for more.
  let text = ''
  let sentLength = 0
  const longestStop = Math.max(0, ...stopStrings.map((string) => string.length - 1))

  const give = async (sampled: readonly number[], isEnd: boolean): Promise<string | undefined> => {
    text += decoder.decode(encoding.decodeBytes(sampled.filter((token) => !stop.includes(token))), {
      stream: !isEnd,
    })
    const from = Math.max(0, sentLength - longestStop)
    const found = stopStrings
      .map((string) => ({ string, at: text.indexOf(string, from) }))
      .filter(({ at }) => at !== -1)
      .sort((a, b) => a.at - b.at)[0]
    if (found !== undefined) text = text.slice(0, found.at)
    const end = found !== undefined || isEnd ? text.length : Math.max(sentLength, text.length - longestStop)
    const sending = emit(text.slice(sentLength, end), sampled)
    sentLength = end
    if (sending !== undefined) await sending
    return found?.string
  }

  const chunks = options.engine.generate(prompt, {
    stop,
    maxTokens: leastOf(maxTokens, options.limits?.maxTokens),
    sampling,
    signal,
  })
  for await (const { tokens: sampled, finish } of chunks) {
    record.countSampled(sampled.length)
    for (const token of sampled) tokens.push(token)
    const stopString = sampled.length === 0 ? undefined : await give(sampled, false)
    if (stopString !== undefined) return { tokens, text, finishReason: 'stop', stopReason: stopString }
    if (finish === undefined) continue
    record.cachedTokens += finish.cachedTokens ?? 0
    await give([], true)
    return { tokens, text, finishReason: finish.reason, stopReason: finish.stopToken ?? null }
  }
  await give([], true)
  return { tokens, text, finishReason: 'length', stopReason: null }
}

/** A text, a list of texts, ids, or a list of lists of ids. */
function readPrompts(prompt: unknown, encode: (text: string) => number[]): readonly (readonly number[])[] {
  if (typeof prompt === 'string') return [encode(prompt)]
  const list = checkedList(prompt, 'prompt')
  if (list.length === 0) throw invalidRequest('prompt', prompt, 'a text, token ids, or a list of these')
  if (isTokenList(list)) return [list]
  return list.map((entry, index) => {
    if (typeof entry === 'string') return encode(entry)
    if (Array.isArray(entry) && isTokenList(entry as unknown[])) return entry as number[]
    throw invalidRequest(`prompt[${index}]`, entry, 'a text or token ids')
  })
}

function isTokenList(list: readonly unknown[]): list is readonly number[] {
  return list.every(
    (token) => Number.isInteger(token) && (token as number) >= 0 && (token as number) <= 201_087,
  )
}

function usageOf({ record: { promptTokens, completionTokens, cachedTokens } }: AnswerContext): object {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
    prompt_tokens_details: { cached_tokens: cachedTokens },
  }
}
