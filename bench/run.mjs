// Measures this library beside the others: `npm run bench -- [GROUP…] [--json]`.
// docs/performance.md says how each figure is got.
//
// The harness is its own: mitata times one task after the other by the wall clock within
// one process. Here the contenders take turns, so that a noisy machine is as noisy for
// all; some are programs in Python; and what is counted is processor time.

import { availableParallelism } from 'node:os'
import { chat } from './groups/chat.mjs'
import { decode, encodeFirst, encodeWarm } from './groups/encode.mjs'
import { load } from './groups/load.mjs'
import { parse } from './groups/parse.mjs'
import { render } from './groups/render.mjs'
import { responses } from './groups/responses.mjs'
import { size } from './groups/size.mjs'
import { ugly } from './groups/ugly.mjs'
import { isInstalled, PYTHON_CONTENDERS } from './processes.mjs'

const GROUPS = {
  encode: encodeWarm,
  first: encodeFirst,
  ugly,
  decode,
  load,
  render,
  parse,
  chat,
  responses,
  size,
}

const args = process.argv.slice(2)
const asJson = args.includes('--json')
const chosen = args.filter((arg) => arg !== '--json')
const unknown = chosen.find((name) => !(name in GROUPS))
if (unknown !== undefined) {
  console.error(`group ${unknown}: unknown, wanted one of ${Object.keys(GROUPS).join(', ')}`)
  process.exit(2)
}

const say = asJson ? () => {} : console.log
say(
  `Node ${process.version}, ${availableParallelism()} cores. Times are processor time, medians; ratios are medians of the rounds' ratios.`,
)
for (const name of PYTHON_CONTENDERS) {
  if (!isInstalled(name)) say(`${name}: skipped, not installed for the Python that HARMONY_PYTHON names.`)
}

const results = {}
for (const name of chosen.length > 0 ? chosen : Object.keys(GROUPS)) {
  const result = await GROUPS[name]()
  results[name] = result
  say(`\n${result.title}`)
  printTable(result.columns, result.table)
}

const figures = Object.values(results).flatMap((result) => result.figures)
if (asJson)
  console.log(
    JSON.stringify(
      { node: process.version, cores: availableParallelism(), figures, groups: results },
      null,
      2,
    ),
  )
say('\nFigures and what is to be reached')
printTable(
  ['', 'found', 'wanted', ''],
  figures.map(({ what, value, unit, atLeast, atMost }) => {
    const isReached = (atLeast === undefined || value >= atLeast) && (atMost === undefined || value <= atMost)
    const wanted = atLeast !== undefined ? `≥ ${atLeast}` : atMost !== undefined ? `≤ ${atMost}` : ''
    return [
      what,
      `${value.toFixed(value < 100 ? 2 : 0)} ${unit}`,
      wanted,
      wanted === '' ? '' : isReached ? 'reached' : 'MISSED',
    ]
  }),
)

function printTable(columns, rows) {
  const widths = columns.map((column, index) =>
    Math.max(...[column, ...rows.map((row) => row[index])].map((cell) => cell.length)),
  )
  for (const row of [columns, ...rows]) {
    say(
      row
        .map((cell, index) => (index === 0 ? cell.padEnd(widths[index]) : cell.padStart(widths[index])))
        .join('  ')
        .trimEnd(),
    )
  }
}
