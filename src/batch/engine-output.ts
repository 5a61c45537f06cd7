import { checkedObject, type UncheckedObject } from '../openai/index.js'
import { invalidLine } from './lines.js'

/** What an engine sampled for one answer. */
export interface Sampled {
  readonly tokens: readonly number[]
  /** The engine says that it stopped of itself, not for want of room. */
  readonly isStopped: boolean
  /** The token on which it stopped, where it says so. */
  readonly stopToken: number | undefined
  /** Which of several answers, where it says so. */
  readonly index?: number
  /** The object that all this stands in. */
  readonly answer: UncheckedObject
}

/** vLLM · SGLang · llama.cpp · Ray Data LLM. */
const TOKEN_KEYS = ['token_ids', 'output_ids', 'tokens', 'generated_tokens'] as const
/** vLLM offline · its HTTP endpoints. */
const LIST_KEYS = ['outputs', 'choices'] as const

/**
 * The answers in one line of an engine's output: several where the engine was asked for several, as a list of answers or a list of token
 * lists.
 *
 * @throws HarmonyError `invalid-line`
 */
export function sampledOf(line: UncheckedObject): readonly Sampled[] {
  const listKey = LIST_KEYS.find((key) => Array.isArray(line[key]))
  if (listKey === undefined) return sampledIn(line)
  const list = line[listKey] as readonly unknown[]
  if (list.length === 0) throw invalidLine(list, `at least one answer in ${listKey}`)
  return list.flatMap((value, index) => sampledIn(checkedObject(value, `${listKey}[${index}]`)))
}

function sampledIn(answer: UncheckedObject): readonly Sampled[] {
  const key = TOKEN_KEYS.find((candidate) => answer[candidate] != null)
  if (key === undefined) throw invalidLine(answer, `token ids under one of ${TOKEN_KEYS.join(', ')}`)
  const value = answer[key]
  const lists = Array.isArray(value) && Array.isArray(value[0]) ? (value as readonly unknown[]) : [value]
  const { index } = answer
  return lists.map((list) => ({
    tokens: tokenList(list, key),
    ...endOf(answer),
    ...(lists.length === 1 && isWholeNumber(index) ? { index } : {}),
    answer,
  }))
}

/** @throws HarmonyError `invalid-line` */
export function tokenList(value: unknown, key: string): readonly number[] {
  if (!Array.isArray(value)) throw invalidLine(value, `${key} to be a list of token ids`)
  value.forEach((token: unknown, index) => {
    if (!isWholeNumber(token)) throw invalidLine(token, `a token id at ${key}[${index}]`)
  })
  return value as readonly number[]
}

function isWholeNumber(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0
}

/** How the engine says that it ended: vLLM by a word and a token id beside it, SGLang by an object with both. */
function endOf(line: UncheckedObject): Pick<Sampled, 'isStopped' | 'stopToken'> {
  const meta = line['meta_info'] as UncheckedObject | null | undefined
  const reason = line['finish_reason'] ?? meta?.['finish_reason']
  const { type, matched } =
    typeof reason === 'object' && reason !== null
      ? (reason as UncheckedObject)
      : { type: reason, matched: undefined }
  const stopToken = matched ?? line['stop_reason']
  return { isStopped: type === 'stop', stopToken: typeof stopToken === 'number' ? stopToken : undefined }
}
