import { quote } from '../errors.js'
import { isObject, type UncheckedObject } from '../json/index.js'
import type { ConformanceVector, ExpectedMessage, VisibleState } from './vector.js'

/** How an answer compares with what a vector expects. */
export interface Comparison {
  readonly outcome: 'passed' | 'failed' | 'unsupported'
  /**
   * One line per difference, with its path: `messages[0].channel: found "analysis",
   * wanted "final"`. Empty unless it failed.
   */
  readonly differences: readonly string[]
}

/**
 * Compares an implementation's answer with a vector. The answer has the form that
 * conformance/README.md describes: `messages` (with or without `deviations`), `error`,
 * `tokens`, `states`, or `unsupported: true`. Missing keys and `null` are equivalent; the
 * content of a message may be a string or a list of text parts; deviations may be codes,
 * or objects with a `code`. Never throws.
 *
 * @example
 * ```ts
 * import { compareResult, conformanceVectors } from 'gpt-oss-harmony/conformance'
 *
 * const vector = conformanceVectors.find(({ id }) => id === 'recovery/extra-stop/end-return')!
 * const { outcome, differences } = compareResult(vector, { error: 'Unexpected token 200002' })
 * console.log(outcome, differences) // 'failed', ['error: found "Unexpected token 200002", wanted messages']
 * ```
 */
export function compareResult(vector: ConformanceVector, answer: unknown): Comparison {
  if (!isObject(answer)) return failed([`answer: found ${quote(answer)}, wanted an object`])
  if (answer['unsupported'] === true) return { outcome: 'unsupported', differences: [] }
  const differences = differencesOf(vector.expected, answer)
  return differences.length === 0 ? { outcome: 'passed', differences } : failed(differences)
}

function failed(differences: readonly string[]): Comparison {
  return { outcome: 'failed', differences }
}

function differencesOf(expected: ConformanceVector['expected'], answer: UncheckedObject): string[] {
  if ('error' in expected) {
    if (isPresent(answer['error'])) return []
    return [`error: found none, wanted one, as in ${quote(expected.error)}`]
  }
  const [wanted] = (['messages', 'states', 'tokens'] as const).filter((key) => key in expected)
  if (isPresent(answer['error'])) return [`error: found ${quote(answer['error'])}, wanted ${wanted}`]
  if ('states' in expected)
    return listDifferences('states', expected.states, answer['states'], stateDifferences)
  if ('tokens' in expected) return tokenDifferences(expected.tokens, answer['tokens'])
  const deviations =
    'deviations' in expected ? deviationDifferences(expected.deviations, answer['deviations']) : []
  return [
    ...listDifferences('messages', expected.messages, answer['messages'], messageDifferences),
    ...deviations,
  ]
}

function listDifferences<Item>(
  path: string,
  expected: readonly Item[],
  found: unknown,
  compare: (path: string, expected: Item, found: UncheckedObject) => string[],
): string[] {
  if (!Array.isArray(found)) return [difference(path, found, 'a list')]
  const items: readonly unknown[] = found
  const differences = expected.slice(0, items.length).flatMap((item, index) => {
    const other = items[index]
    const itemPath = `${path}[${index}]`
    return isObject(other) ? compare(itemPath, item, other) : [difference(itemPath, other, 'an object')]
  })
  if (items.length !== expected.length)
    differences.push(`${path}: found ${items.length}, wanted ${expected.length}`)
  return differences
}

const HEADER_KEYS = ['role', 'name', 'recipient', 'channel', 'content_type'] as const

function messageDifferences(path: string, expected: ExpectedMessage, found: UncheckedObject): string[] {
  return [
    ...HEADER_KEYS.flatMap((key) => valueDifferences(`${path}.${key}`, expected[key], found[key])),
    ...valueDifferences(`${path}.content`, expected.content, textOf(found['content'])),
  ]
}

function stateDifferences(path: string, expected: VisibleState, found: UncheckedObject): string[] {
  const keys = ['role', 'recipient', 'channel', 'content_type', 'messages'] as const
  return [
    ...keys.flatMap((key) => valueDifferences(`${path}.${key}`, expected[key], found[key])),
    ...valueDifferences(`${path}.delta`, expected.delta ?? '', found['delta'] ?? ''),
  ]
}

function valueDifferences(path: string, expected: unknown, found: unknown): string[] {
  return (expected ?? null) === (found ?? null) ? [] : [difference(path, found, quote(expected ?? null))]
}

function tokenDifferences(expected: readonly number[], found: unknown): string[] {
  if (!Array.isArray(found)) return [difference('tokens', found, 'a list')]
  const tokens: readonly unknown[] = found
  const index = expected.findIndex((token, index) => token !== tokens[index])
  if (index >= 0) return [difference(`tokens[${index}]`, tokens[index], String(expected[index]))]
  return tokens.length === expected.length
    ? []
    : [`tokens: found ${tokens.length}, wanted ${expected.length}`]
}

function deviationDifferences(expected: readonly string[], found: unknown): string[] {
  if (!isPresent(found)) return []
  if (!Array.isArray(found)) return [difference('deviations', found, 'a list')]
  const codes = found.map((item: unknown) => (isObject(item) ? item['code'] : item))
  const isSame = codes.length === expected.length && codes.every((code, index) => code === expected[index])
  return isSame
    ? []
    : [`deviations: found ${codes.map(String).join(', ') || 'none'}, wanted ${expected.join(', ') || 'none'}`]
}

/** Returns the joined texts of a list of text parts, and anything else unchanged. */
function textOf(content: unknown): unknown {
  if (!Array.isArray(content)) return content
  const texts = content.map((part: unknown) => (isObject(part) ? part['text'] : undefined))
  return texts.every((text) => typeof text === 'string') ? texts.join('') : content
}

function difference(path: string, found: unknown, wanted: string): string {
  return `${path}: found ${isPresent(found) ? quote(found) : 'none'}, wanted ${wanted}`
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null
}
