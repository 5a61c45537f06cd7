import wrapAnsi from 'wrap-ansi'
import type { HarmonyEncoding } from '../encoding.js'
import { SPECIAL_TOKENS } from '../tokenizer/special-tokens.js'
import type { Colors } from './terminal.js'

/** A special token and the text up to the next one; text before the first has none. */
export interface TokenStreamPart {
  readonly tokenIndex: number
  readonly marker: string | undefined
  readonly markerToken: number | undefined
  readonly text: string
  readonly tokens: readonly number[]
}

/** Cuts a token stream at its special tokens. @throws HarmonyError `invalid-token` */
export function partsOf(encoding: HarmonyEncoding, tokens: readonly number[]): TokenStreamPart[] {
  // Checked as a whole, so that an error has the index in the whole stream.
  encoding.decodeBytes(tokens)
  const parts: TokenStreamPart[] = []
  for (let start = 0; start < tokens.length; ) {
    const hasMarker = encoding.isSpecialToken(tokens[start]!)
    let end = start + 1
    while (end < tokens.length && !encoding.isSpecialToken(tokens[end]!)) end++
    const markerToken = hasMarker ? tokens[start]! : undefined
    parts.push({
      tokenIndex: start,
      marker: markerToken === undefined ? undefined : encoding.decode([markerToken]),
      markerToken,
      text: encoding.decode(tokens.slice(hasMarker ? start + 1 : start, end)),
      tokens: tokens.slice(start, end),
    })
    start = end
  }
  return parts
}

export interface PrintOptions {
  readonly colors: Colors
  /** Columns to wrap at; nothing is wrapped without it. */
  readonly width: number | undefined
  readonly ids: boolean
}

const MARKER_WIDTH = '<|constrain|>'.length

/** A part as lines for the eye: where it starts, its marker, its text. */
export function printPart(part: TokenStreamPart, { colors, width, ids }: PrintOptions): string {
  const paint = paintOf(part.markerToken, colors)
  const index = colors.dim(String(part.tokenIndex).padStart(6))
  const marker = colors.cyan((part.marker ?? '').padEnd(MARKER_WIDTH))
  const indent = ' '.repeat(6 + 2 + MARKER_WIDTH + 2)
  const room = width === undefined ? Infinity : Math.max(20, width - indent.length)
  const lines = part.text.split('\n').flatMap((line) => wrap(visible(line), room)).map((line) => paint(line))
  if (ids) lines.push(...wrap(part.tokens.join(' '), room).map((line) => colors.dim(line)))
  const text = lines.join(`\n${indent}`)
  return `${`${index}  ${marker}  ${text}`.trimEnd()}\n`
}

function wrap(text: string, room: number): string[] {
  return room === Infinity ? [text] : wrapAnsi(text, room, { hard: true, trim: false }).split('\n')
}

/** Control characters as escapes: a terminal must not obey what a model wrote. */
function visible(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, (character) => {
    if (character === '\t') return '    '
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`
  })
}

/** Roles, channels, content types and content each have a colour. */
function paintOf(markerToken: number | undefined, colors: Colors): (text: string) => string {
  switch (markerToken) {
    case SPECIAL_TOKENS.START:
      return colors.yellow
    case SPECIAL_TOKENS.CHANNEL:
      return colors.magenta
    case SPECIAL_TOKENS.CONSTRAIN:
      return colors.blue
    default:
      return String
  }
}
