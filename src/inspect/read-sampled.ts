import {
  ENGINE_OUTPUT,
  engineOutputOf,
  isBlank,
  outcomeOf,
  prefillInfoOf,
  type Sampled,
  sampledOf,
} from '../batch/index.js'
import type { HarmonyEncoding } from '../encoding.js'
import { HarmonyError } from '../errors.js'
import { isList, isObject, type UncheckedObject } from '../json/index.js'
import { createTextTokenizer } from '../parse/index.js'
import { eventsOf, joinChunks, placed } from './answer-stream.js'
import type { DescribeTurnOptions } from './describe-turn.js'
import { checkedTokens, parseJson, parseTokenIds } from './token-ids.js'

/** What input can be. */
export const SAMPLED_SOURCES = [
  'token ids',
  'text with markers',
  'text without markers',
  'vLLM /inference/v1/generate',
  '/v1/completions',
  '/v1/chat/completions',
  'vLLM offline',
  'SGLang /generate',
  'llama.cpp /completion',
  'Ollama /api/generate',
  'Ray Data LLM',
  "engine's output",
] as const

export type SampledSource = (typeof SAMPLED_SOURCES)[number]

/** One answer, with what `describeTurn` needs to know of it. */
export interface SampledAnswer extends Pick<
  DescribeTurnOptions,
  'prefill' | 'tools' | 'stopped' | 'promptTokens'
> {
  readonly tokens: readonly number[]
  /** Whether the tokens are the engine's; otherwise they spell its text, and need not be those that were sampled. */
  readonly isExact: boolean
}

/** What an input was recognised as, and the answers in it. */
export interface SampledInput {
  readonly source: SampledSource
  /** Whether the answers were joined from the chunks of a stream. */
  readonly isStream: boolean
  /** Of JSON lines: the line that was read, and how many the input has that are not blank. */
  readonly lines?: { readonly number: number; readonly count: number }
  /** At least one; several if the engine was asked for several. */
  readonly answers: readonly SampledAnswer[]
}

export interface ReadSampledOptions {
  /** The line to read of JSON lines, counted from 1, blank ones too; the first that is not blank by default. */
  readonly line?: number | undefined
}

/**
 * Recognises and reads what an engine sampled, in whatever form it is at hand: token ids (a JSON list, an object with
 * `tokens`, numbers), text with or without markers, an engine's answer (vLLM, SGLang, llama.cpp, Ollama and others), a
 * whole stream of one, or a line of a batch's output. Lines with only a prompt (`prompt_token_ids`, `input_ids`) are
 * read as its tokens.
 *
 * @throws HarmonyError that names the token, line, event or key
 */
export function readSampled(
  encoding: HarmonyEncoding,
  text: string,
  { line }: ReadSampledOptions = {},
): SampledInput {
  const input = text.replace(/^\uFEFF/, '').replace(/\r?\n$/, '')
  if (isBlank(input)) throw invalid("found nothing, wanted token ids, text or an engine's answer")
  const isJson = /^\s*[[{]/.test(input) && !(input.includes('<|') && !beginsWithJson(input))
  if (isJson) return /^\s*\[/.test(input) ? readList(encoding, input) : readObjects(encoding, input, line)
  if (line !== undefined) throw invalid(`line ${line}: found an input that is no JSON lines`)
  if (/^\s*(?:(?:data|event|id|retry):|:)/.test(input))
    return readStream(encoding, eventsOf(input.trimStart()), 'event')
  if (/^[\s,]*(?:[-+.\de]*\d(?![-+.\de])[\s,]*)+$/.test(input)) return idsOf(encoding, parseTokenIds(input))
  const answer = answerOfText(encoding, input)
  return {
    source: hasMarker(input) ? 'text with markers' : 'text without markers',
    isStream: false,
    answers: [answer],
  }
}

/** Whether text with markers is JSON that quotes them, at least up to the end of a line. */
function beginsWithJson(input: string): boolean {
  return [input, input.trimStart().split('\n', 1)[0]].some((candidate) => {
    try {
      JSON.parse(candidate)
      return true
    } catch {
      return false
    }
  })
}

function readList(encoding: HarmonyEncoding, input: string): SampledInput {
  const list = parseJson(input)
  if (!isList(list) || !isList(list[0])) return idsOf(encoding, parseTokenIds(input))
  const answers = list.map((tokens, index) =>
    placed(`[${index}]`, () => {
      if (!isList(tokens)) throw invalid('found no list, wanted a list of token ids')
      return exact(checkedTokens(tokens))
    }),
  )
  return { source: 'token ids', isStream: false, answers }
}

function idsOf(encoding: HarmonyEncoding, tokens: readonly number[]): SampledInput {
  if (tokens.length === 0) throw invalid('found no token ids, wanted at least one')
  // Ids within the range may yet be none.
  encoding.decodeBytes(tokens)
  return { source: 'token ids', isStream: false, answers: [exact(tokens)] }
}

function exact(tokens: readonly number[]): SampledAnswer {
  return { tokens, isExact: true }
}

/** One object, JSON lines, or the lines of Ollama's stream. */
function readObjects(encoding: HarmonyEncoding, input: string, line: number | undefined): SampledInput {
  const whole = objectIn(input, 1)
  const lines = input
    .split('\n')
    .flatMap((text, index) => (isBlank(text) ? [] : [{ text, number: index + 1 }]))
  const isOne = !(whole instanceof HarmonyError)
  if (isOne && (line === undefined || lines.length > 1)) return readAnswer(encoding, whole, '')
  if (line === undefined) {
    if (lines.length === 1) throw placedError('', whole as HarmonyError)
    const first = objectIn(lines[0].text, lines[0].number)
    if (isObject(first) && typeof first['response'] === 'string' && typeof first['done'] === 'boolean')
      return readStream(
        encoding,
        lines.map(({ text, number }) => wantedObject(text, number)),
        'line',
      )
  }
  const wanted = line === undefined ? lines[0] : lines.find(({ number }) => number === line)
  if (wanted === undefined)
    throw invalid(`line ${line}: found no such line or a blank one, wanted one of ${lines.length} lines`)
  const object = wantedObject(wanted.text, wanted.number)
  const answer = readAnswer(encoding, object, `line ${wanted.number}`)
  return { ...answer, lines: { number: wanted.number, count: lines.length } }
}

function objectIn(text: string, lineNumber: number): UncheckedObject | HarmonyError {
  const outcome = outcomeOf(text, lineNumber, (object) => object, ENGINE_OUTPUT)
  return 'record' in outcome ? outcome.record : outcome.error
}

function wantedObject(text: string, lineNumber: number): UncheckedObject {
  const object = objectIn(text, lineNumber)
  if (object instanceof HarmonyError) throw placedError(`line ${lineNumber}`, object)
  return object
}

function placedError(place: string, error: HarmonyError): HarmonyError {
  try {
    return placed(place, () => {
      throw error
    })
  } catch (placedAt) {
    return placedAt as HarmonyError
  }
}

function readAnswer(encoding: HarmonyEncoding, line: UncheckedObject, place: string): SampledInput {
  return placed(place, () => {
    const output = engineOutputOf(line)
    const prompt = promptIn(line)
    const sampled = prompt ? undefined : sampledOf(output, true)
    const answers = sampled?.map((one) => answerOf(encoding, one, { ...line, ...output })) ?? [exact(prompt!)]
    for (const { tokens } of answers) encoding.decodeBytes(tokens)
    return { source: prompt ? 'token ids' : sourceOf(output), isStream: false, answers }
  })
}

/** The tokens of a line of a prefill or training file, which holds no answer. */
function promptIn(line: UncheckedObject): readonly number[] | undefined {
  const key = PROMPT_KEYS.find((candidate) => isList(line[candidate]))
  if (key === undefined || ANSWER_KEYS.some((answer) => line[answer] != null)) return undefined
  return placed(key, () => checkedTokens(line[key] as readonly unknown[]))
}

const PROMPT_KEYS = ['prompt_token_ids', 'tokenized_prompt', 'input_ids'] as const
const ANSWER_KEYS = [
  'choices',
  'outputs',
  'token_ids',
  'output_ids',
  'tokens',
  'generated_tokens',
  'text',
  'content',
  'generated_text',
  'response',
] as const

function readStream(
  encoding: HarmonyEncoding,
  chunks: readonly UncheckedObject[],
  chunkName: string,
): SampledInput {
  const answers = joinChunks(chunks, chunkName).map((sampled) => answerOf(encoding, sampled, {}))
  for (const { tokens } of answers) encoding.decodeBytes(tokens)
  return { source: sourceOf(chunks[0]), isStream: true, answers }
}

/** @param around where the prompt may stand, beside the answer itself */
function answerOf(
  encoding: HarmonyEncoding,
  { output, isStopped, answer }: Pick<Sampled, 'output' | 'isStopped' | 'answer'>,
  around: UncheckedObject,
): SampledAnswer {
  const info = prefillInfoOf(encoding, { ...around, ...answer })
  return {
    ...('tokens' in output ? exact(output.tokens) : answerOfText(encoding, output.text)),
    stopped: isStopped,
    ...(info && {
      prefill: info.openedHeader,
      promptTokens: info.promptTokenCount,
      ...(info.tools && { tools: info.tools }),
    }),
  }
}

function answerOfText(encoding: HarmonyEncoding, text: string): SampledAnswer {
  const isStripped = !hasMarker(text) && /^(?:analysis|commentary|final)/.test(text)
  const tokenizer = createTextTokenizer(encoding.tokenizer, isStripped)
  return { tokens: [...tokenizer.push(text), ...tokenizer.end()], isExact: false }
}

function hasMarker(text: string): boolean {
  return /<\|(?:start|message|channel|constrain|end|call|return|endoftext)\|>/.test(text)
}

function sourceOf(output: UncheckedObject): SampledSource {
  if ('meta_info' in output || 'output_ids' in output) return 'SGLang /generate'
  if ('generated_tokens' in output || 'generated_text' in output) return 'Ray Data LLM'
  if ('outputs' in output) return 'vLLM offline'
  if (typeof output['response'] === 'string') return 'Ollama /api/generate'
  if (typeof output['content'] === 'string') return 'llama.cpp /completion'
  if (!('choices' in output)) return 'tokens' in output ? 'token ids' : "engine's output"
  const { object } = output
  if (typeof object !== 'string') return 'vLLM /inference/v1/generate'
  return object.startsWith('chat.') ? '/v1/chat/completions' : '/v1/completions'
}

function invalid(message: string): HarmonyError {
  return new HarmonyError('invalid-line', message)
}
