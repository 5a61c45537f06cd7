import {
  cutIntoParts,
  type DescribedMessage,
  type DescribedTokens,
  type MarkerPart,
  type TokenCost,
} from '../../inspect/index.js'
import type { HarmonyEncoding } from '../../encoding.js'
import { SPECIAL_TOKENS } from '../../tokenizer/index.js'
import { plural } from '../batch/progress.js'
import { visible, type Colors } from '../terminal.js'
import { wrap } from '../wrap.js'
import type { Inspected } from './inspected.js'

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
 * Each part as lines for the eye: index, marker, text. Further lines of the text stand below its first, deviations
 * where their tokens begin, and a message's cost at its end.
 *
 *        0  <|channel|>    final
 *        2  <|message|>    What is the weather
 *                          in Tokyo?
 *        9  deviation      unterminated: The tokens end inside the message; it is kept
 *                          as incomplete.
 *                          9 tokens, final
 */
export function* formatInspected(
  encoding: HarmonyEncoding,
  { source, tokens, described }: Inspected,
  { colors, width, ids }: FormatOptions,
): Generator<string> {
  const room = Math.max(NARROWEST_TEXT, width - INDENT.length)
  const rows = (index: string, marker: string, lines: readonly string[]): string => {
    const [first = '', ...others] = lines
    return [`${index}  ${marker}  ${first}`, ...others.map((line) => INDENT + line)]
      .map((line) => `${line.trimEnd()}\n`)
      .join('')
  }
  const wrapped = (text: string, paint: (text: string) => string): string[] =>
    wrap(visible(text), room).map((line) => paint(line.trimEnd()))

  if (source !== 'token ids') yield `${colors.dim(source)}\n`
  const ends = new Map(described.messages.map((message) => [message.tokens.end, message]))
  const { deviations, cost } = described
  let reported = 0
  let channel: string | undefined
  for (const part of cutIntoParts(encoding, tokens)) {
    if (part.marker === SPECIAL_TOKENS.START) channel = undefined
    if (part.marker === SPECIAL_TOKENS.CHANNEL) channel = /^\w*/.exec(part.text)?.[0]
    const paint = painterOf(part.marker, channel, colors)
    const end = part.tokenIndex + part.tokens.length
    const costs = costsWithin(ends, part.tokenIndex, end).map((text) => colors.dim(text))
    const isBare = part.text === ''
    const shown = isBare
      ? costs.length > 0 || ids
        ? costs
        : ['']
      : part.text.split('\n').flatMap((line) => wrapped(line, paint))
    const texts = ids ? [...shown, ...wrapped(part.tokens.join(' '), colors.dim)] : shown
    const index = colors.dim(String(part.tokenIndex).padStart(INDEX_WIDTH))
    const marker =
      colors.cyan(part.markerText) + ' '.repeat(Math.max(0, MARKER_WIDTH - part.markerText.length))
    yield rows(index, marker, texts)
    for (
      ;
      reported < deviations.length && isDueBy(end, tokens.length, deviations[reported].tokens);
      reported++
    ) {
      const { code, text, tokens: range } = deviations[reported]
      const place = colors.dim(String(range.start).padStart(INDEX_WIDTH))
      const label = colors.red('deviation'.padEnd(MARKER_WIDTH))
      yield rows(place, label, wrapped(`${code}: ${text}`, colors.red))
    }
    if (!isBare) for (const text of costs) yield `${INDENT}${text}\n`
  }
  yield rows(
    colors.dim(String(cost.total).padStart(INDEX_WIDTH)),
    'tokens'.padEnd(MARKER_WIDTH),
    wrapped(partsOf(cost), String),
  )
}

/** `reasoning 5, calls 15`, in the order of a prompt. */
export function partsOf({ byPart, outside }: TokenCost): string {
  return Object.entries({ ...byPart, 'in no message': outside })
    .filter(([, count]) => count > 0)
    .map(([part, count]) => `${part} ${count}`)
    .join(', ')
}

/** An empty range between two parts belongs to the first: something is missing there. */
function isDueBy(
  end: number,
  total: number,
  { start, end: rangeEnd }: DescribedTokens['deviations'][number]['tokens'],
) {
  return end === total || start < end || (start === end && rangeEnd === start)
}

function costsWithin(
  ends: ReadonlyMap<number, DescribedMessage>,
  start: number,
  end: number,
): readonly string[] {
  const costs: string[] = []
  for (let at = start + 1; at <= end; at++) {
    const message = ends.get(at)
    if (message) costs.push(`${plural(message.tokens.end - message.tokens.start, 'token')}, ${message.part}`)
  }
  return costs
}

/** Roles are bold, channels magenta; content has its channel's colour. */
function painterOf(
  marker: MarkerPart['marker'],
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
