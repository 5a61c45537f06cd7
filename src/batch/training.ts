import { fromChatRequest, type ChatRequest } from '../chat/index.js'
import { type Loss, renderInDialectForTraining, TRAINING_DIALECTS } from '../dialects/index.js'
import type { HarmonyEncoding } from '../encoding.js'
import { HarmonyError, quote } from '../errors.js'
import { type Conversation, withOfficialDefaults } from '../message/index.js'
import { invalidRequest, type UncheckedObject } from '../openai/index.js'
import type { DropAnalysis, RenderedConversation } from '../render/index.js'
import { lossMask, renderForTraining } from '../training/index.js'
import { readLine, type LineKind } from './line-kind.js'
import { customIdOf, outcomeOf, type LineReader } from './lines.js'

/** `harmony` is the official library's training rendering; the others are templates that trainers use. */
export const TRAINING_TEXTS = ['harmony', ...TRAINING_DIALECTS] as const

/**
 * What a model learns: what it samples itself (`assistant`), its answers alone (`final`), or, as TRL does, the assistant's
 * messages with their whole header (`trl`).
 */
export const TRAINING_LOSSES = ['assistant', 'final', 'trl'] as const

export interface TrainingFileOptions {
  /** What the lines are; by default each is looked at. Rows of Hugging Face data sets are read as Chat bodies. */
  readonly from?: LineKind | undefined
  /** `harmony` by default. */
  readonly dialect?: (typeof TRAINING_TEXTS)[number] | undefined
  /** `assistant` by default. */
  readonly loss?: (typeof TRAINING_LOSSES)[number] | undefined
  /** The current date in system messages; the templates print one always. */
  readonly date?: string | undefined
  /** Old reasoning to leave out, for `harmony`: `before-first-final` by default. */
  readonly dropAnalysis?: DropAnalysis | undefined
  /** Longer conversations are bad lines. */
  readonly maxTokens?: number | undefined
}

/** A conversation to train on. The lists are as long as each other. */
export interface TrainingRecord {
  readonly customId: string
  readonly inputIds: readonly number[]
  /** The token where it is learned, −100 elsewhere. Not shifted. */
  readonly labels: readonly number[]
  /** What the dialect left out; absent where that is nothing. */
  readonly lost?: readonly Loss[]
}

/**
 * Makes what turns one line into its training record.
 *
 * @throws TypeError for a template without a date
 */
export function trainingReader(
  encoding: HarmonyEncoding,
  options: TrainingFileOptions = {},
): LineReader<TrainingRecord> {
  const { from, dialect = 'harmony', loss = 'assistant', date, maxTokens = Infinity } = options
  if (dialect !== 'harmony' && date === undefined)
    throw new TypeError(`date: found undefined, wanted a date as 2025-06-28 for ${dialect}`)
  return (text, lineNumber) =>
    outcomeOf(text, lineNumber, (line) => {
      const { kind, body } = readLine(line, from)
      const rendered =
        kind === 'conversation'
          ? renderConversation(encoding, body, options)
          : renderChat(encoding, asChatBody(body), options)
      const { tokens } = rendered
      if (tokens.length > maxTokens) {
        throw new HarmonyError(
          'token-budget-exceeded',
          `conversation: ${tokens.length} tokens, wanted at most ${maxTokens}`,
        )
      }
      const { lost = [] } = rendered
      return {
        customId: customIdOf(line) ?? `line-${lineNumber}`,
        inputIds: tokens,
        labels: labelsOf(rendered, loss),
        ...(lost.length === 0 ? {} : { lost }),
      }
    })
}

type Rendered = RenderedConversation & { readonly lost?: readonly Loss[] }

function renderConversation(
  encoding: HarmonyEncoding,
  body: UncheckedObject,
  { dialect = 'harmony', dropAnalysis }: TrainingFileOptions,
): Rendered {
  if (dialect !== 'harmony')
    throw invalidRequest('messages', body['messages'], `Chat messages: ${dialect} has no Harmony ones`)
  // Rendering checks the conversation that it is given.
  const conversation = withOfficialDefaults(body as unknown as Conversation)
  return renderForTraining(encoding, conversation, { dropAnalysis })
}

function renderChat(
  encoding: HarmonyEncoding,
  body: UncheckedObject,
  { dialect = 'harmony', date, dropAnalysis }: TrainingFileOptions,
): Rendered {
  if (dialect !== 'harmony') return renderInDialectForTraining(encoding, body, { dialect, date: date! })
  const { conversation } = fromChatRequest(body as unknown as ChatRequest, {
    conversationStartDate: date,
    dropAnalysis: 'none',
  })
  return renderForTraining(encoding, conversation, { dropAnalysis })
}

/**
 * A row of a data set as a Chat body: Arrow fills keys that a row lacks with `null`, tools may be JSON text as a whole or
 * one by one, and columns beside `messages` and `tools` are the data set's own.
 */
function asChatBody(row: UncheckedObject): UncheckedObject {
  const { messages, tools, reasoning_effort: effort } = row
  const list = jsonIn(tools, 'tools')
  return {
    messages,
    ...(effort == null ? {} : { reasoning_effort: effort }),
    ...(list == null
      ? {}
      : { tools: Array.isArray(list) ? list.map((tool, i) => asTool(jsonIn(tool, `tools[${i}]`))) : list }),
  }
}

/** Some data sets leave the type away, and hold the function alone. */
function asTool(tool: unknown): unknown {
  const isBare = typeof tool === 'object' && tool !== null && 'name' in tool && !('function' in tool)
  return isBare ? { type: 'function', function: tool } : tool
}

function jsonIn(value: unknown, path: string): unknown {
  if (typeof value !== 'string') return value
  try {
    return JSON.parse(value) as unknown
  } catch (cause) {
    throw new HarmonyError('invalid-request', `request: ${path} is ${quote(value)}, wanted JSON`, {
      path,
      cause,
    })
  }
}

function labelsOf(rendered: RenderedConversation, loss: (typeof TRAINING_LOSSES)[number]): readonly number[] {
  if (loss !== 'trl') return lossMask(rendered, loss === 'final' ? { channels: ['final'] } : {}).labels
  const { tokens, spans } = rendered
  const labels = tokens.map(() => -100)
  for (const { role, start, terminator } of spans) {
    if (role !== 'assistant') continue
    for (let at = start.start; at < terminator.end; at++) labels[at] = tokens[at]
  }
  return labels
}

/** A row of a training file: one conversation, or several that were packed. */
export interface TrainingRow {
  readonly custom_id: string
  readonly input_ids: readonly number[]
  readonly labels: readonly number[]
  readonly attention_mask: readonly number[]
  /** Counts from 0 in each conversation; only where they are packed. */
  readonly position_ids?: readonly number[]
}

export function trainingRow({ customId, inputIds, labels }: TrainingRecord): TrainingRow {
  return { custom_id: customId, input_ids: inputIds, labels, attention_mask: inputIds.map(() => 1) }
}

/**
 * Packs conversations into rows of at most `length` tokens, each into the first row with room for it; none is cut. A packed
 * row's `custom_id` joins those of its conversations with commas.
 *
 * @param records none longer than `length`
 */
export function packedRows(records: readonly TrainingRecord[], length: number): readonly TrainingRow[] {
  const packs: { room: number; readonly records: TrainingRecord[] }[] = []
  for (const record of records) {
    const size = record.inputIds.length
    let pack = packs.find(({ room }) => room >= size)
    if (pack === undefined) packs.push((pack = { room: length, records: [] }))
    pack.room -= size
    pack.records.push(record)
  }
  return packs.map(({ records: packed }) => {
    const inputIds = packed.flatMap((record) => record.inputIds)
    return {
      custom_id: packed.map(({ customId }) => customId).join(','),
      input_ids: inputIds,
      labels: packed.flatMap(({ labels }) => labels),
      attention_mask: inputIds.map(() => 1),
      position_ids: packed.flatMap((record) => record.inputIds.map((_, index) => index)),
    }
  })
}
