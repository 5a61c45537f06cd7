import type { JsonValue } from '../json/index.js'
import type { HeaderOrder } from '../render/index.js'
import { SPECIAL_TOKENS } from '../tokenizer/index.js'
import { closed } from './closed-schema.js'
import { choice, json, marker, type Part, repeat, sequence, TEXT } from './parts.js'

/** A tool that a grammar lets the model call. */
export interface CallableTool {
  readonly recipient: string
  /** The schema of its arguments; `undefined` for a tool that takes text, as `python` takes code. */
  readonly parameters: JsonValue | undefined
  /** Built-in tools are called on `analysis` too, and with the content type `code`. */
  readonly isBuiltin: boolean
}

const { CHANNEL, CONSTRAIN, END, MESSAGE, START } = SPECIAL_TOKENS

/**
 * Returns what a turn may be after `<|start|>assistant`: reasoning and preambles, as many as there are, then a call or an
 * answer. The stop token is no part of it: engines allow it where a grammar ends.
 *
 * @param tools those that can be called; without any there are no preambles
 * @param answer what an answer is; `undefined` if there is to be none
 */
export function turnParts(
  tools: readonly CallableTool[],
  answer: Part | undefined,
  headerOrders: readonly HeaderOrder[],
): Part {
  const channels = tools.length > 0 ? ['analysis', 'commentary'] : ['analysis']
  const before = sequence(
    marker(CHANNEL),
    choice(channels.map((channel) => sequence(channel))),
    marker(MESSAGE),
    TEXT,
    marker(END),
    marker(START),
    'assistant',
  )
  const calls = tools.map((tool) => callPart(tool, headerOrders))
  return sequence(repeat(before), choice(answer === undefined ? calls : [...calls, answer]))
}

/** An answer in free text. */
export const TEXT_ANSWER = sequence(marker(CHANNEL), 'final', marker(MESSAGE), TEXT)

/** An answer in JSON. Models leave the content type out, and write it with or without `<|constrain|>`. */
export function jsonAnswer(schema: JsonValue): Part {
  const header = sequence(
    marker(CHANNEL),
    'final',
    choice([sequence(), ...jsonTypes(false)]),
    marker(MESSAGE),
  )
  return sequence(header, json(closed(schema)))
}

function callPart(
  { recipient, parameters, isBuiltin }: CallableTool,
  headerOrders: readonly HeaderOrder[],
): Part {
  const types = parameters === undefined ? [sequence(), sequence(' code')] : jsonTypes(isBuiltin)
  const channel = choice(
    (isBuiltin ? ['analysis', 'commentary'] : ['commentary']).map((name) => sequence(name)),
  )
  const headers = headerOrders.map((order) =>
    order === 'channel-first'
      ? sequence(marker(CHANNEL), channel, ` to=${recipient}`)
      : sequence(` to=${recipient}`, marker(CHANNEL), channel),
  )
  return sequence(
    choice(headers),
    choice(types),
    marker(MESSAGE),
    parameters === undefined ? TEXT : json(closed(parameters)),
  )
}

function jsonTypes(isBuiltin: boolean): readonly Part[] {
  const types = [sequence(' ', marker(CONSTRAIN), 'json'), sequence(' json')]
  return isBuiltin ? [...types, sequence(' code')] : types
}
