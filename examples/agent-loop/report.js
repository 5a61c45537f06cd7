// What main.js prints: for each prefill, what the engine has not seen, and then, as a table, what stays cached.

import { loadHarmonyEncoding } from 'gpt-oss-harmony'
import { HISTORIES, run } from './histories.js'

const encoding = loadHarmonyEncoding('HarmonyGptOss')

export function prefillReport() {
  const exact = run(HISTORIES.transcript)
  const anew = run(HISTORIES['rendered anew'])
  return exact
    .map((prefill, i) =>
      [
        `Prefill ${i + 1}`,
        ...described('from the transcript', prefill),
        ...described('rendered anew', anew[i]),
      ].join('\n'),
    )
    .join('\n\n')
}

/** How many of each prefill's tokens the engine has seen, and their share of all of them from the second prefill on. */
export function cacheTable() {
  const runs = Object.entries(HISTORIES).map(([name, openHistory]) => ({ name, prefills: run(openHistory) }))
  const rows = runs[0].prefills.map((_, i) => [`${i + 1}`, ...runs.map(({ prefills }) => cell(prefills[i]))])
  const shares = runs.map(({ prefills }) => {
    const later = prefills.slice(1)
    const cached = sum(later.map(({ cachedPrefixLength }) => cachedPrefixLength))
    return `${((100 * cached) / sum(later.map(({ tokens }) => tokens.length))).toFixed(1)} %`
  })
  const table = [
    ['prefill', ...runs.map(({ name }) => name)],
    ['---', ...runs.map(() => '---:')],
    ...rows,
    ['share from 2 on', ...shares],
  ]
  return table.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function described(title, { tokens, cachedPrefixLength }) {
  const text = encoding.decode(tokens.slice(cachedPrefixLength))
  const lines = text.replaceAll('<|start|>', '\n<|start|>').trim().split('\n')
  const head = `  ${title}: ${tokens.length} tokens, ${cachedPrefixLength} seen before, then`
  return [head, ...lines.map((line) => (line === '' ? '' : `    ${line}`))]
}

function cell({ tokens, cachedPrefixLength }) {
  return `${cachedPrefixLength} of ${tokens.length}`
}

function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0)
}
