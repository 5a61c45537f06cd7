import { corpora } from '../corpora.mjs'
import { Contender, inTurns, median, ratio, withContenders } from '../processes.mjs'

const LONG = 50_000
const SHORT = 1000

/** Sampled tokens streamed one by one through the Chat adapter: an answer of fifty thousand tokens, and fifty of a thousand. */
export async function chat() {
  return withContenders(['ours'], await answers(), async ({ ours }) => {
    const job = (input) => () => ours.measure('chatStream', input, { atLeastMs: 60 })
    const times = await inTurns({ long: job('long'), short: job('short') }, 9)
    const rate = (name) => LONG / median(times[name]) / 1e6
    const growth = ratio(times.long, times.short)
    return {
      title: 'chat: tokens into Chat Completions chunks, one by one',
      columns: ['', 'tokens/s'],
      table: [
        ['one answer of 50,000 tokens', `${rate('long').toFixed(2)}M`],
        ['50 answers of 1,000 tokens', `${rate('short').toFixed(2)}M`],
      ],
      figures: [
        {
          what: 'chat: stream, one answer of 50,000 tokens',
          value: rate('long'),
          unit: 'M tokens/s',
          atLeast: 3,
        },
        {
          what: 'chat: stream, answers of 1,000 tokens',
          value: rate('short'),
          unit: 'M tokens/s',
          atLeast: 3,
        },
        {
          what: 'chat: cost of a token in an answer of 50,000 over one of 1,000',
          value: growth,
          unit: '×',
          atMost: 1.5,
        },
      ],
    }
  })
}

/** Lists of answers with the same number of tokens in all. */
async function answers() {
  const [prose] = corpora().prose
  const ours = new Contender('ours')
  try {
    const header = await ours.tokensOf('<|channel|>final<|message|>')
    const content = await ours.tokensOf(prose.replaceAll('<|', '<'))
    const answer = (start, length) => [...header, ...content.slice(start, start + length - header.length)]
    const short = Array.from({ length: LONG / SHORT }, (_, i) => answer(i * SHORT, SHORT))
    return { long: [answer(0, LONG)], short }
  } finally {
    ours.stop()
  }
}
