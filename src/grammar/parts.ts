import type { JsonValue } from '../json/index.js'

/** What a turn may consist of, as a tree; each grammar language writes it in its own words. */
export type Part =
  /** One special token. */
  | { readonly type: 'marker'; readonly token: number }
  | { readonly type: 'literal'; readonly text: string }
  /** Any text without special tokens, also none. */
  | { readonly type: 'text' }
  /** A JSON value that fits a schema. */
  | { readonly type: 'json'; readonly schema: JsonValue }
  | { readonly type: 'sequence'; readonly parts: readonly Part[] }
  | { readonly type: 'choice'; readonly parts: readonly Part[] }
  /** Any number of times, also none. */
  | { readonly type: 'repeat'; readonly part: Part }

export const TEXT: Part = { type: 'text' }

export function marker(token: number): Part {
  return { type: 'marker', token }
}

export function json(schema: JsonValue): Part {
  return { type: 'json', schema }
}

/** Parts one after the other; a string stands for itself. */
export function sequence(...parts: readonly (Part | string)[]): Part {
  const all = parts.map((part): Part => (typeof part === 'string' ? { type: 'literal', text: part } : part))
  return { type: 'sequence', parts: all }
}

/** One of several. */
export function choice(parts: readonly Part[]): Part {
  return parts.length === 1 ? parts[0] : { type: 'choice', parts }
}

export function repeat(part: Part): Part {
  return { type: 'repeat', part }
}
