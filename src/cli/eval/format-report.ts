import type { DeviationCode } from '../../errors.js'
import { plural } from '../batch/progress.js'
import { padColumns } from '../columns.js'
import { CHAT_FIELDS, type ChatField, type ChatSample } from './format-chat.js'
import { type FormatSample, type Stop, STOPS } from './format-sample.js'

/** How often one thing breaks, of all outputs. */
export interface CodeCount {
  readonly code: DeviationCode
  /** Places in all outputs. */
  readonly places: number
  /** Outputs with one place or more. */
  readonly outputs: number
}

export interface FormatFindings {
  readonly outputs: number
  readonly failed: number
  readonly withDeviations: number
  readonly codes: readonly CodeCount[]
  readonly stops: Readonly<Record<Stop, number>>
  readonly kinds: readonly {
    readonly kind: string
    readonly outputs: number
    readonly withDeviations: number
  }[]
}

export function findingsOf(samples: readonly (FormatSample | string)[]): FormatFindings {
  const outputs = samples.filter((sample) => typeof sample !== 'string')
  const count = (of: readonly FormatSample[]) => of.filter(isBroken).length
  return {
    outputs: outputs.length,
    failed: samples.length - outputs.length,
    withDeviations: count(outputs),
    codes: codesOf(outputs),
    stops: Object.fromEntries(
      STOPS.map((stop) => [stop, outputs.filter((sample) => sample.stop === stop).length]),
    ) as Record<Stop, number>,
    kinds: [...new Set(outputs.map(({ kind }) => kind))].map((kind) => {
      const own = outputs.filter((sample) => sample.kind === kind)
      return { kind, outputs: own.length, withDeviations: count(own) }
    }),
  }
}

/** What a server's Chat endpoint makes of what its engine samples. */
export interface ChatFindings {
  readonly answers: number
  readonly failed: number
  /** Of answers whose tokens keep the format, and of those with each deviation. */
  readonly rows: readonly {
    readonly code: DeviationCode | 'none'
    readonly answers: number
    /** The answer says what the repaired tokens say: who reads it cannot see the deviation. */
    readonly same: number
    readonly different: Readonly<Record<ChatField, number>>
  }[]
}

export function chatFindingsOf(samples: readonly (ChatSample | string)[]): ChatFindings {
  const answers = samples.filter((sample) => typeof sample !== 'string')
  const groups: (readonly [DeviationCode | 'none', readonly ChatSample[]])[] = [
    ['none', answers.filter((sample) => !isBroken(sample))],
    ...codesOf(answers).map(
      ({ code }) =>
        [
          code,
          answers.filter(({ turn }) => turn.deviations.some((deviation) => deviation.code === code)),
        ] as const,
    ),
  ]
  return {
    answers: answers.length,
    failed: samples.length - answers.length,
    rows: groups.map(([code, own]) => ({
      code,
      answers: own.length,
      same: own.filter(({ different }) => different.length === 0).length,
      different: Object.fromEntries(
        CHAT_FIELDS.map((field) => [field, own.filter(({ different }) => different.includes(field)).length]),
      ) as Record<ChatField, number>,
    })),
  }
}

export function formatFindings({
  outputs,
  failed,
  withDeviations,
  codes,
  stops,
  kinds,
}: FormatFindings): string {
  const share = (count: number, of = outputs) => (of === 0 ? '–' : `${((count / of) * 100).toFixed(1)} %`)
  return [
    table(
      ['', 'outputs', 'share'],
      [
        ['sampled', outputs, ''],
        ['failed requests', failed, ''],
        ['with deviations', withDeviations, share(withDeviations)],
        ...STOPS.map((stop) => [STOP_TEXTS[stop], stops[stop], share(stops[stop])]),
      ],
    ),
    codes.length === 0
      ? 'No deviations.\n'
      : table(
          ['deviation', 'places', 'outputs', 'share'],
          codes.map(({ code, places, outputs: own }) => [code, places, own, share(own)]),
        ),
    table(
      ['prompt', 'outputs', 'with deviations', 'share'],
      kinds.map(({ kind, outputs: all, withDeviations: own }) => [kind, all, own, share(own, all)]),
    ),
  ].join('\n')
}

export function formatChatFindings({ answers, failed, rows }: ChatFindings): string {
  return (
    `The server's Chat endpoint: ${plural(answers, 'answer')}, ${plural(failed, 'failed request')}\n\n` +
    table(
      ['tokens with', 'answers', 'same', ...CHAT_FIELDS],
      rows.map(({ code, answers: all, same, different }) => [
        code === 'none' ? 'no deviation' : code,
        all,
        same,
        ...CHAT_FIELDS.map((field) => different[field]),
      ]),
    )
  )
}

const STOP_TEXTS: Readonly<Record<Stop, string>> = {
  'stop token': 'ended by a stop token',
  withheld: 'ended, stop token withheld',
  limit: 'cut off at the limit',
  elsewhere: 'ended by another token',
  'ran on': 'ran on after a stop token',
}

function isBroken({ turn }: Pick<FormatSample, 'turn'>): boolean {
  return turn.deviations.length > 0
}

/** The most frequent first. */
function codesOf(samples: readonly Pick<FormatSample, 'turn'>[]): CodeCount[] {
  const counts = new Map<DeviationCode, { places: number; outputs: number }>()
  for (const { turn } of samples) {
    const codes = turn.deviations.map(({ code }) => code)
    for (const code of new Set(codes)) {
      const { places, outputs } = counts.get(code) ?? { places: 0, outputs: 0 }
      const own = codes.filter((other) => other === code).length
      counts.set(code, { places: places + own, outputs: outputs + 1 })
    }
  }
  return [...counts].map(([code, count]) => ({ code, ...count })).sort((a, b) => b.outputs - a.outputs)
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  return padColumns([head, ...rows.map((row) => row.map(String))], (column) => column === 0)
    .map((row) => `${row.join('  ').trimEnd()}\n`)
    .join('')
}
