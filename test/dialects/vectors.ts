import { readFileSync } from 'node:fs'
import { HarmonyError, type HarmonyEncoding } from '../../src/index.js'
import {
  renderInDialect,
  renderInDialectForTraining,
  type Dialect,
  type TrainingDialect,
} from '../../src/dialects/index.js'

/** A Chat body and what stacks make of it; fixtures/dialects/README.md says how. */
export interface DialectVector {
  readonly name: string
  readonly request: unknown
  readonly builtin_tools?: readonly ('browser' | 'python')[]
  readonly prompts: Readonly<Record<string, string | readonly number[] | null>>
  readonly training: Readonly<Record<'hf' | 'unsloth', string | null>>
}

export const DATE = '2025-06-28'

export function readVectors(file: string | URL): DialectVector[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as DialectVector)
}

/** The stack's tokens and ours for a body; `null` where it is refused. */
export function compareVector(
  encoding: HarmonyEncoding,
  { request, builtin_tools: builtinTools, prompts }: DialectVector,
  dialect: Dialect,
): { readonly wanted: readonly number[] | null; readonly found: readonly number[] | null } {
  const prompt = prompts[dialect]
  const wanted = typeof prompt === 'string' ? encoding.encode(prompt, { allowedSpecial: 'all' }) : prompt
  try {
    const { tokens } = renderInDialect(encoding, request, { dialect, date: DATE, builtinTools })
    return { wanted, found: tokens }
  } catch (error) {
    if (!(error instanceof HarmonyError && error.code === 'refused-by-stack')) throw error
    return { wanted, found: null }
  }
}

/** The template's training tokens and ours, and which of them TRL learns; `null` where the template stops. */
export function compareTraining(
  encoding: HarmonyEncoding,
  { request, builtin_tools: builtinTools, training }: DialectVector,
  dialect: TrainingDialect,
): { readonly wanted: TrainingText | null; readonly found: TrainingText | null } {
  const parts = training[dialect]
    ?.split(/[\uE000\uE001]/u)
    .map((text) => encoding.encode(text, { allowedSpecial: 'all' }))
  const marked = dialect === 'hf'
  const wanted = parts && {
    tokens: parts.flat(),
    learned: parts.flatMap((part, index) => part.map(() => marked && index % 2 === 1)),
  }
  try {
    const { tokens, spans } = renderInDialectForTraining(encoding, request, {
      dialect,
      date: DATE,
      builtinTools,
    })
    const learned = tokens.map(() => false)
    for (const { role, start, terminator } of spans) {
      if (marked && role === 'assistant') learned.fill(true, start.start, terminator.end)
    }
    return { wanted: wanted ?? null, found: { tokens, learned } }
  } catch (error) {
    if (!(error instanceof HarmonyError && error.code === 'refused-by-stack')) throw error
    return { wanted: wanted ?? null, found: null }
  }
}

interface TrainingText {
  readonly tokens: readonly number[]
  /** Only `hf` has a training template that says so; elsewhere, nothing. */
  readonly learned: readonly boolean[]
}
