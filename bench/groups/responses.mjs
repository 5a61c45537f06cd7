import { inTurns, median, ratio, withContenders } from '../processes.mjs'
import { inputTokens } from './parse.mjs'

/** Completions turned into the events of a Responses stream, token by token. */
export async function responses() {
  const inputs = await inputTokens()
  return withContenders(['ours'], inputs, async ({ ours }) => {
    const job = (task, input) => () => ours.measure(task, input, { atLeastMs: 60 })
    const times = await inTurns(
      {
        messages: job('responses', 'messages'),
        sealed: job('responsesSealed', 'messages'),
        short: job('responses', 'short'),
        long: job('responses', 'long'),
      },
      9,
    )
    const rate = (name, input = name) => inputs[input].length / median(times[name]) / 1e6
    const growth = ratio(times.long, times.short) / (inputs.long.length / inputs.short.length)
    return {
      title: 'responses: an event or more a token',
      columns: ['', 'tokens/s'],
      table: [
        ['50 messages of 200 tokens', rate('messages')],
        ['the same, with encrypted_content', rate('sealed', 'messages')],
        ['50 messages of 1,000 tokens', rate('short')],
        ['one message of 50,000 tokens', rate('long')],
      ].map(([name, value]) => [name, `${value.toFixed(2)}M`]),
      figures: [
        { what: 'responses: stream', value: rate('messages'), unit: 'M tokens/s', atLeast: 2 },
        {
          what: 'responses: cost of a token in a message of 50,000 over one of 1,000',
          value: growth,
          unit: '×',
          atMost: 1.5,
        },
      ],
    }
  })
}
