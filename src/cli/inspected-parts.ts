import type { MarkerPart } from '../inspect/index.js'
import { SPECIAL_TOKENS } from '../tokenizer/index.js'
import { visible, type Colors } from './terminal.js'
import { wrap } from './wrap.js'

export interface FormatOptions {
  readonly colors: Colors
  /** Columns to wrap at; `Infinity` wraps nothing. */
  readonly width: number
  /** Whether the token ids stand below each part. */
  readonly ids: boolean
}

const INDEX_WIDTH = 6
const MARKER_WIDTH = '<|constrain|>'.length
const INDENT = ' '.repeat(INDEX_WIDTH + 2 + MARKER_WIDTH + 2)
const NARROWEST_TEXT = 20

/**
 * Each part as lines for the eye: index, marker, text. Further lines of the text stand below its first.
 *
 *        0  <|start|>      user
 *        2  <|message|>    What is the weather
 *                          in Tokyo?
 */
export function* formatParts(
  parts: readonly MarkerPart[],
  { colors, width, ids }: FormatOptions,
): Generator<string> {
  const room = Math.max(NARROWEST_TEXT, width - INDENT.length)
  let channel: string | undefined
  for (const part of parts) {
    if (part.marker === SPECIAL_TOKENS.START) channel = undefined
    if (part.marker === SPECIAL_TOKENS.CHANNEL) channel = /^\w*/.exec(part.text)?.[0]
    const paint = painterOf(part.marker, channel, colors)
    const lines =
      ids && part.text === '' ? [] : part.text.split('\n').flatMap((line) => wrap(visible(line), room))
    const painted = lines.map((line) => paint(line.trimEnd()))
    if (ids) for (const line of wrap(part.tokens.join(' '), room)) painted.push(colors.dim(line.trimEnd()))
    const index = colors.dim(String(part.tokenIndex).padStart(INDEX_WIDTH))
    const marker =
      colors.cyan(part.markerText) + ' '.repeat(Math.max(0, MARKER_WIDTH - part.markerText.length))
    const [first, ...others] = painted
    yield [`${index}  ${marker}  ${first}`, ...others.map((line) => INDENT + line)]
      .map((line) => `${line.trimEnd()}\n`)
      .join('')
  }
}

/** Roles are bold, channels magenta; content has its channel's colour. */
function painterOf(
  marker: number | undefined,
  channel: string | undefined,
  colors: Colors,
): (text: string) => string {
  switch (marker) {
    case SPECIAL_TOKENS.START:
      return colors.bold
    case SPECIAL_TOKENS.CHANNEL:
    case SPECIAL_TOKENS.CONSTRAIN:
      return colors.magenta
    case SPECIAL_TOKENS.MESSAGE:
      if (channel === 'analysis') return colors.dim
      if (channel === 'commentary') return colors.yellow
      return channel === 'final' ? colors.green : String
    default:
      return String
  }
}
