import { checkedObject, type UncheckedObject } from '../openai/index.js'
import { HarmonyError, quote } from '../errors.js'
import { LAST_SPECIAL_TOKEN } from '../tokenizer/index.js'
import { invalidLine } from './lines.js'

/** What an engine sampled for one answer. */
export interface Sampled {
  /** Ids; text from an engine that gives none. */
  readonly output: { readonly tokens: readonly number[] } | { readonly text: string }
  /** The engine says that it stopped of itself, not for want of room. */
  readonly isStopped: boolean
  /** The token on which it stopped, where it says so. */
  readonly stopToken: number | undefined
  /** The request's stop string on which it stopped, where it says so. */
  readonly stopString: string | undefined
  /** Which of several answers, where it says so. */
  readonly index?: number
  /** The object that all this stands in. */
  readonly answer: UncheckedObject
}

/** vLLM · SGLang · llama.cpp · Ray Data LLM. */
const TOKEN_KEYS = ['token_ids', 'output_ids', 'tokens', 'generated_tokens'] as const
/** vLLM, SGLang · llama.cpp · Ray Data LLM · Ollama. */
const TEXT_KEYS = ['text', 'content', 'generated_text', 'response'] as const
/** vLLM offline · its HTTP endpoints. */
const LIST_KEYS = ['outputs', 'choices'] as const

/**
 * Returns the object that holds the answers: a line, or the body in a line of batch output around it.
 *
 * @throws HarmonyError `failed-request` if the line says that the request failed; `invalid-line`
 */
export function engineOutputOf(line: UncheckedObject): UncheckedObject {
  const { response, error } = line
  if (error != null) throw failedRequest('error', statusOf(response), error)
  if (typeof response !== 'object' || response === null) return line

  const status = statusOf(response)
  const { body } = response as UncheckedObject
  if (status !== undefined && status !== 200) throw failedRequest('response', status, body)
  const output = checkedObject(body, 'response.body')
  if (output['error'] != null) throw failedRequest('response.body.error', status, output['error'])
  return output
}

function statusOf(response: unknown): number | undefined {
  const status = (response as UncheckedObject | null | undefined)?.['status_code']
  return typeof status === 'number' ? status : undefined
}

function failedRequest(path: string, status: number | undefined, found: unknown): HarmonyError {
  const withStatus = status === undefined ? '' : ` with status ${status}`
  const evidence = quote(found)
  return new HarmonyError(
    'failed-request',
    `line: the engine says that the request failed${withStatus}: ${errorMessageIn(found) ?? evidence}`,
    { path, evidence },
  )
}

/** `{"error":{"message":…}}`, `{"message":…}`, `{"detail":…}` or text. */
function errorMessageIn(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value !== 'object' || value === null) return undefined
  const { error, message, detail } = value as UncheckedObject
  return errorMessageIn(error) ?? errorMessageIn(message) ?? errorMessageIn(detail)
}

/**
 * Returns the answers in an engine's output: several if the engine was asked for several, as a list of answers
 * or a list of token lists.
 *
 * @param acceptsText whether an answer without ids may have its text in their place
 * @throws HarmonyError `invalid-line`, `invalid-token`
 */
export function sampledOf(output: UncheckedObject, acceptsText: boolean): readonly Sampled[] {
  const listKey = LIST_KEYS.find((key) => Array.isArray(output[key]))
  if (listKey === undefined) return sampledIn(output, acceptsText)
  const list = output[listKey] as readonly unknown[]
  if (list.length === 0) throw invalidLine(list, `at least one answer in ${listKey}`)
  return list.flatMap((value, i) => sampledIn(checkedObject(value, `${listKey}[${i}]`), acceptsText))
}

function sampledIn(answer: UncheckedObject, acceptsText: boolean): readonly Sampled[] {
  const outputs = acceptsText ? outputsIn(answer) : tokensIn(answer)
  if (outputs === undefined) {
    const hasText = textIn(answer) !== undefined
    throw invalidLine(
      answer,
      `token ids under one of ${TOKEN_KEYS.join(', ')}${hasText && !acceptsText ? `; ${TEXT_HINT}` : ''}${acceptsText ? `, or text under one of ${TEXT_KEYS.join(', ')}` : ''}`,
    )
  }
  const { index } = answer
  return outputs.map((output) => ({
    output,
    ...endOf(answer),
    ...(outputs.length === 1 && isWholeNumber(index) ? { index } : {}),
    answer,
  }))
}

const TEXT_HINT =
  'to read its text, ask for that (--text), or have the engine return ids (vLLM: return_token_ids)'

/** Returns an answer's token lists, or else its text; `undefined` if it has neither. @throws as `tokenList` */
export function outputsIn(answer: UncheckedObject): readonly Sampled['output'][] | undefined {
  return tokensIn(answer) ?? textIn(answer)
}

function tokensIn(answer: UncheckedObject): readonly Sampled['output'][] | undefined {
  const key = TOKEN_KEYS.find((candidate) => answer[candidate] != null)
  if (key === undefined) return undefined
  const value = answer[key]
  const lists = Array.isArray(value) && Array.isArray(value[0]) ? (value as readonly unknown[]) : [value]
  return lists.map((list) => ({ tokens: tokenList(list, key) }))
}

/** An answer's text; that of a message, as Chat Completions have it, is the text of an engine that does not parse. */
function textIn(answer: UncheckedObject): readonly Sampled['output'][] | undefined {
  const { message } = answer
  const place = typeof message === 'object' && message !== null ? (message as UncheckedObject) : answer
  const text = TEXT_KEYS.map((key) => place[key]).find((value) => typeof value === 'string')
  return text === undefined ? undefined : [{ text }]
}

/** @throws HarmonyError `invalid-line`, and `invalid-token` for an id beyond the vocabulary */
export function tokenList(value: unknown, key: string): readonly number[] {
  if (!Array.isArray(value)) throw invalidLine(value, `${key} to be a list of token ids`)
  value.forEach((token: unknown, index) => {
    if (!isWholeNumber(token)) throw invalidLine(token, `a token id at ${key}[${index}]`)
    if (token > LAST_SPECIAL_TOKEN)
      throw new HarmonyError(
        'invalid-token',
        `line: ${key}[${index}] is ${token}, wanted a token id from 0 to ${LAST_SPECIAL_TOKEN}`,
        { path: `${key}[${index}]`, tokenIndex: index, evidence: String(token) },
      )
  })
  return value as readonly number[]
}

function isWholeNumber(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0
}

/**
 * How the engine says that it ended: vLLM by a word and beside it a token id or a stop string, SGLang by an object
 * with both, llama.cpp by words of its own, Ollama by a word.
 */
export function endOf(line: UncheckedObject): Pick<Sampled, 'isStopped' | 'stopToken' | 'stopString'> {
  const meta = line['meta_info'] as UncheckedObject | null | undefined
  const reason = line['finish_reason'] ?? meta?.['finish_reason'] ?? line['stop_type'] ?? line['done_reason']
  const { type, matched } =
    typeof reason === 'object' && reason !== null
      ? (reason as UncheckedObject)
      : { type: reason, matched: undefined }
  const stop = matched ?? line['stop_reason'] ?? line['stopping_word']
  return {
    isStopped: STOPPED_WORDS.has(type),
    stopToken: typeof stop === 'number' ? stop : undefined,
    stopString: typeof stop === 'string' && stop !== '' ? stop : undefined,
  }
}

/** llama.cpp says `eos` and `word`. */
const STOPPED_WORDS: ReadonlySet<unknown> = new Set(['stop', 'eos', 'word'])
