import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { largeConversation, smallConversation } from '../conversations.mjs'
import { inTurns, median, ratio, withContenders } from '../processes.mjs'

/**
 * A conversation to the tokens of a prefill, again and again as an agent does; and once
 * more with empty caches.
 */
export function render() {
  const inputs = { large: largeConversation(), small: smallConversation() }
  return withContenders(['ours', 'official'], inputs, async ({ ours, official }) => {
    const { count } = await ours.measure('render', 'large')
    const small = await ours.measure('render', 'small', { repeat: 200 })
    if (official !== undefined) {
      const theirs = [
        await official.measure('renderCore', 'large'),
        await official.measure('renderCore', 'small'),
      ]
      if (theirs[0].count !== count || theirs[1].count !== small.count)
        throw new Error('render: ours and the official library differ')
    }
    const large = await inTurns(
      {
        ours: () => ours.measure('render', 'large', { atLeastMs: 50 }),
        first: () => ours.measure('renderFirst', 'large', { atLeastMs: 50 }),
        ...(official && {
          core: () => official.measure('renderCore', 'large'),
          official: () => official.measure('render', 'large'),
        }),
      },
      9,
    )
    const short = await inTurns(
      {
        ours: () => ours.measure('render', 'small', { atLeastMs: 50, repeat: 200 }),
        ...(official && {
          core: () => official.measure('renderCore', 'small', { repeat: 20 }),
          official: () => official.measure('render', 'small', { repeat: 20 }),
        }),
      },
      9,
    )
    const row = (name, times, tokens, base) => [
      name,
      base === undefined ? '1.00' : ratio(times, base).toFixed(2),
      `${(1e6 * median(times)).toFixed(1)} µs`,
      `${(tokens / median(times) / 1e6).toFixed(2)}M`,
    ]
    const table = [
      row(`large, ${count} tokens: ours`, large.ours, count),
      row('large: ours, empty caches', large.first, count, large.ours),
      row(`small, ${small.count} tokens: ours`, short.ours, small.count),
    ]
    const figures = [
      { what: 'render: 4 messages, 1 tool', value: 1e6 * median(short.ours), unit: 'µs', atMost: 30 },
      {
        what: 'render: 200 messages, the first rendering of a process',
        value: firstRendering(inputs.large),
        unit: 'ms',
        atMost: 15,
      },
    ]
    if (official !== undefined) {
      table.push(
        row('large: official, its core alone', large.core, count, large.ours),
        row('large: official, as called in Python', large.official, count, large.ours),
        row('small: official, its core alone', short.core, small.count, short.ours),
        row('small: official, as called in Python', short.official, small.count, short.ours),
      )
      figures.push(
        {
          what: 'render: 200 messages, 20 tools, times as fast as the official core',
          value: ratio(large.core, large.ours),
          unit: '×',
          atLeast: 25,
        },
        { what: 'render: the same with empty caches', value: ratio(large.core, large.first), unit: '×' },
        {
          what: 'render: the same, the official library as called in Python',
          value: ratio(large.official, large.ours),
          unit: '×',
        },
      )
    }
    return { title: 'render for completion', columns: ['', '× ours', 'time', 'tokens/s'], table, figures }
  })
}

const program = fileURLToPath(new URL('../first-rendering.mjs', import.meta.url))

/** Milliseconds of processor time, in processes that have loaded the library and do nothing else. */
function firstRendering(conversation) {
  const input = JSON.stringify(conversation)
  return median(Array.from({ length: 9 }, () => Number(execFileSync(process.execPath, [program], { input }))))
}
