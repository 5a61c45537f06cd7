import { eastAsianWidth } from 'get-east-asian-width'
import { encoding, endsLine, tokenText } from './token-text.js'
import type { Tone } from './tone.js'

/** Tokens that belong together under a heading: a message, or what stands between two. */
export interface TokenGroup {
  readonly heading: string
  readonly tone: Tone
  readonly start: number
  readonly end: number
}

/** A place to mark in the tokens, such as a deviation. */
export interface TokenMark {
  readonly label: string
  readonly start: number
  /** The same as `start` where something is missing: the token there is marked. */
  readonly end: number
}

/** One line of the list: a heading, or tokens side by side. */
export type TokenRow =
  | { readonly type: 'heading'; readonly group: TokenGroup }
  | { readonly type: 'tokens'; readonly group: TokenGroup; readonly start: number; readonly end: number }

/**
 * Breaks tokens into lines of at most `columns` characters, so that each line has the same height and only those in
 * view need to exist.
 *
 * @param withIds whether an id stands below each token, which must be wide enough for it
 */
export function layOut(
  tokens: readonly number[],
  groups: readonly TokenGroup[],
  columns: number,
  withIds: boolean,
): TokenRow[] {
  const rows: TokenRow[] = []
  for (const group of groups) {
    rows.push({ type: 'heading', group })
    let start = group.start
    let width = 0
    for (let at = group.start; at < group.end; at++) {
      const cell = cellWidth(tokens[at], withIds)
      if (at > start && width + cell > columns) {
        rows.push({ type: 'tokens', group, start, end: at })
        start = at
        width = 0
      }
      width += cell
      if (endsLine(tokens[at])) {
        rows.push({ type: 'tokens', group, start, end: at + 1 })
        start = at + 1
        width = 0
      }
    }
    if (start < group.end) rows.push({ type: 'tokens', group, start, end: group.end })
  }
  return rows
}

/** The row that holds a token. */
export function rowOf(rows: readonly TokenRow[], tokenIndex: number): number {
  let low = 0
  let high = rows.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    const row = rows[middle]
    const start = row.type === 'heading' ? row.group.start - 0.5 : row.start
    if (start <= tokenIndex) low = middle
    else high = middle - 1
  }
  return low
}

const widths = new Map<number, number>()

/** Columns of a token's text, and the padding of a marker or an id. */
function cellWidth(token: number, withIds: boolean): number {
  let width = widths.get(token)
  if (width === undefined) {
    width = encoding.isSpecialToken(token) ? 2 : 0
    for (const character of tokenText(token)) width += columnsOf(character)
    widths.set(token, width)
  }
  return withIds ? Math.max(width, String(token).length) + 1 : width
}

function columnsOf(character: string): number {
  if (character >= ' ' && character <= '~') return 1
  return /[\p{M}\u200d]/u.test(character) ? 0 : eastAsianWidth(character.codePointAt(0)!)
}
