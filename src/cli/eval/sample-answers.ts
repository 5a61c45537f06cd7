import { appendFile, readFile, truncate } from 'node:fs/promises'
import { completionReader, completionRecordToJson } from '../../batch/index.js'
import { fromChatRequest, generationSettingsOf, renderChatRequest } from '../../chat/index.js'
import type { HarmonyEncoding } from '../../encoding.js'
import type { Engine, EngineFinish } from '../../engines/index.js'
import { HarmonyError } from '../../errors.js'
import { isObject } from '../../json/index.js'
import { BadInput } from '../failure.js'
import { readJsonLines } from '../input.js'
import type { EvalRequest } from './requests.js'

export interface SampleOptions {
  /** Those that the file has no answer to. */
  readonly requests: readonly EvalRequest[]
  /** The answers are appended to it, a line each, in the order in which they end. */
  readonly file: string
  /** Names the questions and settings; stands in each line, so that runs are not mixed. */
  readonly run: string
  readonly date: string | undefined
  readonly maxConcurrency: number
  readonly onAnswer: (tokens: number, error: string | undefined) => void
}

/**
 * Samples answers. A request that fails is not written, so that the next run tries it again.
 *
 * @returns the failures' messages
 */
export async function sampleAnswers(
  encoding: HarmonyEncoding,
  engine: Engine,
  { requests, file, run, date, maxConcurrency, onAnswer }: SampleOptions,
): Promise<string[]> {
  const failures: string[] = []
  // One write at a time: lines never mix.
  let written: Promise<void> = Promise.resolve()
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < requests.length) {
      const request = requests[next++]
      try {
        const { line, tokenCount } = await answerTo(encoding, engine, request, { run, date })
        written = written.then(() => appendFile(file, line))
        await written
        onAnswer(tokenCount, undefined)
      } catch (error) {
        if (!(error instanceof HarmonyError)) throw error
        failures.push(`${request.customId}: ${error.message}`)
        onAnswer(0, error.message)
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(maxConcurrency, requests.length) }, worker))
  return failures
}

/**
 * Returns the ids of the answers that stand whole in the file. A line that a kill has cut is removed.
 *
 * @throws BadInput if the file holds another run's answers
 */
export async function answeredIn(file: string, run: string): Promise<ReadonlySet<string>> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw new BadInput(`${file}: cannot be read: ${error.message}`)
  })
  if (bytes === undefined || bytes.length === 0) return new Set()
  const length = bytes.lastIndexOf(0x0a) + 1
  if (length < bytes.length) await truncate(file, length)
  if (length === 0) return new Set()
  const ids = readJsonLines({ name: file, text: bytes.toString('utf8', 0, length) }).map(
    ({ place, value }) => {
      const line = isObject(value) ? value : {}
      if (line['run'] !== run)
        throw new BadInput(
          `${place}: an answer of another run: other questions, settings or model; wanted a new output file`,
        )
      return String(line['custom_id'])
    },
  )
  return new Set(ids)
}

/** Samples one answer, and returns its line. */
async function answerTo(
  encoding: HarmonyEncoding,
  engine: Engine,
  { customId, body }: EvalRequest,
  { run, date }: Pick<SampleOptions, 'run' | 'date'>,
): Promise<{ line: string; tokenCount: number }> {
  const chat = fromChatRequest(body, { conversationStartDate: date })
  const prefill = renderChatRequest(encoding, chat)
  const { maxTokens, sampling } = generationSettingsOf(chat.samplingParams)
  const tokens: number[] = []
  let finish: EngineFinish | undefined
  for await (const chunk of engine.generate(prefill, {
    stop: encoding.stopTokensForAssistantActions(),
    maxTokens,
    sampling,
  })) {
    for (const token of chunk.tokens) tokens.push(token)
    finish = chunk.finish ?? finish
  }
  const outcome = completionReader(encoding)(
    JSON.stringify({
      custom_id: customId,
      prompt_token_ids: prefill,
      tool_names: chat.toolNames,
      token_ids: tokens,
      finish_reason: finish?.reason ?? 'length',
      stop_reason: finish?.stopToken ?? null,
    }),
    1,
  )
  if ('error' in outcome) throw outcome.error
  const [record] = completionRecordToJson(outcome.record)
  return { line: `${JSON.stringify({ ...record, run })}\n`, tokenCount: tokens.length }
}
