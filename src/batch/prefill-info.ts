import type { HarmonyEncoding } from '../encoding.js'
import type { UncheckedObject } from '../openai/index.js'
import { checkEncoding } from '../parse/index.js'
import { SPECIAL_TOKENS } from '../tokenizer/index.js'
import { tokenList } from './engine-output.js'
import { invalidLine } from './lines.js'

/** What a prefill says on how to read its answer. */
export interface PrefillInfo {
  /** The tokens after `<|start|>assistant`. */
  readonly openedHeader: readonly number[]
  readonly promptTokenCount: number
  /** The functions whose names had to change: the name in the conversation → the name in the request. */
  readonly toolNames?: Readonly<Record<string, string>>
  /** The tools that the prompt describes, such as `functions.get_weather`; absent if it describes none. */
  readonly tools?: readonly string[]
}

/**
 * Returns what a line of a prefill file, or an engine's output that repeats its prompt, says on how to read the
 * answer; `undefined` for a line without a prompt.
 *
 * @throws HarmonyError `invalid-line`, `invalid-token`
 */
export function prefillInfoOf(encoding: HarmonyEncoding, line: UncheckedObject): PrefillInfo | undefined {
  checkEncoding(encoding, 'prefillInfoOf')
  const key = PROMPT_KEYS.find((candidate) => Array.isArray(line[candidate]))
  if (key === undefined) return undefined
  const promptTokenIds = tokenList(line[key], key)
  const toolNames = toolNamesOf(line['tool_names'])
  const tools = toolsDescribedIn(encoding, promptTokenIds)
  return {
    openedHeader: openedHeaderOf(encoding, promptTokenIds),
    promptTokenCount: promptTokenIds.length,
    ...(toolNames === undefined ? {} : { toolNames }),
    ...(tools.length === 0 ? {} : { tools }),
  }
}

const PROMPT_KEYS = ['prompt_token_ids', 'tokenized_prompt'] as const

/** An object, or one written as JSON, as in a Parquet column. */
function toolNamesOf(value: unknown): Readonly<Record<string, string>> | undefined {
  if (value == null) return undefined
  let names: unknown = value
  if (typeof value === 'string') {
    try {
      names = JSON.parse(value) as unknown
    } catch {
      throw invalidLine(value, 'tool_names as JSON')
    }
  }
  const isMap =
    typeof names === 'object' &&
    names !== null &&
    Object.values(names).every((name) => typeof name === 'string')
  if (!isMap) throw invalidLine(value, 'tool_names as an object of strings')
  return names as Readonly<Record<string, string>>
}

/**
 * What a prefill has opened of the answer's header after `<|start|>assistant`, for a parser to read before the
 * sampled tokens. Nothing, except for a forced call and a message that is gone on with.
 *
 *   …<|end|><|start|>assistant<|channel|>commentary to=functions.f <|constrain|>json<|message|>
 *                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
 */
function openedHeaderOf(encoding: HarmonyEncoding, promptTokenIds: readonly number[]): readonly number[] {
  const role = encoding.encode('assistant')
  const start = promptTokenIds.lastIndexOf(SPECIAL_TOKENS.START) + 1
  if (start === 0 || !role.every((token, i) => promptTokenIds[start + i] === token)) return []
  return promptTokenIds.slice(start + role.length)
}

/**
 * The tools that the system and developer messages describe, by their full names.
 *
 *   namespace functions {
 *   type get_weather = (_: {
 *        ^^^^^^^^^^^ functions.get_weather
 */
function toolsDescribedIn(encoding: HarmonyEncoding, promptTokenIds: readonly number[]): readonly string[] {
  const [system] = encoding.encode('system')
  const [developer] = encoding.encode('developer')
  const tools = new Set<string>()
  for (let at = 0; at < promptTokenIds.length; at++) {
    if (promptTokenIds[at] !== SPECIAL_TOKENS.START) continue
    const role = promptTokenIds[at + 1]
    if (role !== system && role !== developer) continue
    const end = promptTokenIds.indexOf(SPECIAL_TOKENS.END, at)
    const text = encoding.decode(promptTokenIds.slice(at, end === -1 ? undefined : end))
    const section = text.indexOf('# Tools\n')
    if (section !== -1) addTools(text.slice(section), tools)
  }
  return [...tools]
}

function addTools(section: string, into: Set<string>): void {
  if (/^## python$/m.test(section)) into.add('python')
  let namespace = ''
  for (const [, opened, tool] of section.matchAll(/^(?:namespace ([\w-]+) \{|type ([^\s=]+) = )/gm)) {
    if (opened !== undefined) namespace = `${opened}.`
    else into.add(`${namespace}${tool}`)
  }
}
