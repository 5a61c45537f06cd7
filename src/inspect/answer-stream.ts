import { createParser } from 'eventsource-parser'
import { endOf, engineOutputOf, outputsIn } from '../batch/index.js'
import { SglangReader } from '../engines/index.js'
import { HarmonyError } from '../errors.js'
import { isObject, type UncheckedObject } from '../json/index.js'
import { parseJson } from './token-ids.js'

/** What the chunks of a stream add up to, for one of its answers. */
export interface StreamedAnswer {
  readonly output: { readonly tokens: readonly number[] } | { readonly text: string }
  readonly isStopped: boolean
  /** The first chunk: what says of which prompt it is. */
  readonly answer: UncheckedObject
}

/** Returns the data of server-sent events, up to `[DONE]`. @throws HarmonyError naming the event */
export function eventsOf(text: string): readonly UncheckedObject[] {
  const data: string[] = []
  const parser = createParser({ onEvent: (event) => data.push(event.data) })
  parser.feed(`${text}\n\n`)
  const done = data.findIndex((text) => text.trim() === '[DONE]')
  return data.slice(0, done === -1 ? undefined : done).map((text, index) => {
    const value = placed(`event ${index + 1}`, () => parseJson(text))
    if (isObject(value)) return value
    throw new HarmonyError('invalid-line', `event ${index + 1}: found no object, wanted an engine's chunk`)
  })
}

/**
 * Joins the chunks of vLLM, SGLang, llama.cpp, Ollama and servers like them.
 *
 * @returns the answers in the order of their indexes
 * @throws HarmonyError naming the chunk
 */
export function joinChunks(chunks: readonly UncheckedObject[], chunkName: string): readonly StreamedAnswer[] {
  const answers = new Map<number, AnswerJoiner>()
  chunks.forEach((chunk, at) => {
    placed(`${chunkName} ${at + 1}`, () => {
      const output = engineOutputOf(chunk)
      const { choices } = output
      for (const choice of Array.isArray(choices) ? (choices as unknown[]) : [output]) {
        if (!isObject(choice)) continue
        const index = typeof choice['index'] === 'number' ? choice['index'] : 0
        const joiner = answers.get(index) ?? new AnswerJoiner({ ...output, ...choice })
        answers.set(index, joiner)
        joiner.add(choice)
      }
    })
  })
  const joined = [...answers].sort(([a], [b]) => a - b).flatMap(([, joiner]) => joiner.joined() ?? [])
  if (joined.length > 0) return joined
  throw new HarmonyError(
    'invalid-line',
    `stream: found neither tokens nor text in ${chunks.length} ${chunkName}s, wanted the chunks of an engine`,
  )
}

class AnswerJoiner {
  readonly #first: UncheckedObject
  readonly #sglang = new SglangReader('SGLang')
  readonly #tokens: number[] = []
  #text: string | undefined
  #isStopped = false

  constructor(first: UncheckedObject) {
    this.#first = first
  }

  add(choice: UncheckedObject): void {
    this.#isStopped ||= endOf(choice).isStopped
    const output = outputsIn(chunkOutput(choice))?.[0]
    if (output === undefined) return
    if ('text' in output) {
      // SGLang's text is all that was sampled so far, unless it was asked for the new text only.
      const isWhole = isObject(choice['meta_info']) && output.text.startsWith(this.#text ?? '')
      this.#text = isWhole ? output.text : (this.#text ?? '') + output.text
      return
    }
    const tokens = isObject(choice['meta_info']) ? this.#sglang.read(choice).tokens : output.tokens
    for (const token of tokens) this.#tokens.push(token)
  }

  joined(): StreamedAnswer | undefined {
    const text = this.#text
    if (this.#tokens.length === 0 && text === undefined) return undefined
    const output = this.#tokens.length > 0 || text === undefined ? { tokens: this.#tokens } : { text }
    return { output, isStopped: this.#isStopped, answer: this.#first }
  }
}

/** A chunk of Chat Completions as the answer that it is a part of; one of llama.cpp without its incomplete ids. */
function chunkOutput(choice: UncheckedObject): UncheckedObject {
  if (isObject(choice['delta'])) return { ...choice, message: choice['delta'] }
  if (typeof choice['content'] !== 'string') return choice
  const { tokens, ...rest } = choice
  return rest
}

/** Runs what may find fault with a part of the input, and says which part it is; `''` is the whole. */
export function placed<T>(place: string, run: () => T): T {
  try {
    return run()
  } catch (error) {
    if (!(error instanceof HarmonyError)) throw error
    const { code, message, tokenIndex, path, evidence, cause } = error
    const reason = message.replace(/^line: /, '')
    throw new HarmonyError(code, place === '' ? reason : `${place}: ${reason}`, {
      tokenIndex,
      path,
      evidence,
      cause,
    })
  }
}
