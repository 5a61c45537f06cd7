import {
  type DialectTrainingOptions,
  type Loss,
  renderInDialect,
  renderInDialectForTraining,
  TRAINING_DIALECTS,
} from '../dialects/index.js'
import type { HarmonyEncoding } from '../encoding.js'
import { HarmonyError } from '../errors.js'
import { invalidRequest, type UncheckedObject } from '../openai/index.js'
import type { DropAnalysis, RenderedConversation } from '../render/index.js'
import { lossMask, renderForTraining } from '../training/index.js'
import { asChatBody, joinCompletion } from './data-set-row.js'
import { readLine, type LineKind, type ReadLine } from './line-kind.js'
import { customIdOf, outcomeOf, type LineReader } from './lines.js'
import { settledLine } from './prefill.js'
import { withFieldsOf } from './settings.js'

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

  const recordOf = (line: UncheckedObject, lineNumber: number): TrainingRecord => {
    const joined = joinCompletion(line)
    const read = readLine(joined.line, from)
    const body = read.kind === 'conversation' ? read.body : asChatBody(read.body)
    const part = { ...read, body, promptLength: joined.promptLength }
    const rendered =
      dialect === 'harmony'
        ? renderHarmony(encoding, part, options)
        : renderTemplate(encoding, part, { dialect, date: date! })
    const { tokens, lost = [] } = rendered
    if (tokens.length > maxTokens) {
      throw new HarmonyError(
        'token-budget-exceeded',
        `conversation: ${tokens.length} tokens, wanted at most ${maxTokens}`,
      )
    }
    return {
      customId: customIdOf(line) ?? `line-${lineNumber}`,
      inputIds: tokens,
      labels: labelsOf(rendered, loss).map((label, at) => (at < rendered.learnedFrom ? -100 : label)),
      ...(lost.length === 0 ? {} : { lost }),
    }
  }
  return (text, lineNumber) => outcomeOf(text, lineNumber, (line) => recordOf(line, lineNumber))
}

/** A line; of a Chat body, only what is understood. */
interface TrainingLine extends ReadLine {
  readonly promptLength: number | undefined
}

function promptOf(body: UncheckedObject, promptLength: number): UncheckedObject {
  return { ...body, messages: (body['messages'] as readonly unknown[]).slice(0, promptLength) }
}

interface Rendered extends RenderedConversation {
  /** Nothing before it is learned: the completion's first token. */
  readonly learnedFrom: number
  readonly lost?: readonly Loss[]
}

function renderHarmony(
  encoding: HarmonyEncoding,
  { promptLength, ...line }: TrainingLine,
  { date, dropAnalysis = 'before-first-final' }: TrainingFileOptions,
): Rendered {
  const settings = withFieldsOf([line.body, ...line.places], { conversationStartDate: date, dropAnalysis })
  const { chat, options } = settledLine(line, settings)
  const rendered = renderForTraining(encoding, chat.conversation, options)
  if (promptLength === undefined) return { ...rendered, learnedFrom: 0 }
  const prompt = settledLine({ ...line, body: promptOf(line.body, promptLength) }, settings)
  const promptSize = prompt.chat.conversation.messages.length
  const first = rendered.spans.find(({ messageIndex }) => messageIndex >= promptSize)
  return { ...rendered, learnedFrom: first?.start.start ?? rendered.tokens.length }
}

function renderTemplate(
  encoding: HarmonyEncoding,
  { kind, body, promptLength }: TrainingLine,
  options: DialectTrainingOptions,
): Rendered {
  if (kind === 'conversation')
    throw invalidRequest(
      'messages',
      body['messages'],
      `Chat messages: ${options.dialect} has no Harmony ones`,
    )
  const rendered = renderInDialectForTraining(encoding, body, options)
  if (promptLength === undefined) return { ...rendered, learnedFrom: 0 }
  // As TRL has it: a prompt that the template prints otherwise in front of a completion is learned from there.
  const { tokens: prefill } = renderInDialect(encoding, promptOf(body, promptLength), options)
  const differing = rendered.tokens.findIndex((token, at) => token !== prefill[at])
  return { ...rendered, learnedFrom: differing === -1 ? rendered.tokens.length : differing }
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
