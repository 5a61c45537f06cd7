import { completionText } from '../conversations.mjs'
import { corpora } from '../corpora.mjs'
import { Contender, inTurns, median, ratio, withContenders } from '../processes.mjs'

const LONG = 50_000
const SHORT = 1000

/**
 * Completions read token by token and at once: ten thousand tokens in 50 messages, fifty
 * thousand in one message and in fifty.
 */
export async function parse() {
  const inputs = await inputTokens()
  return withContenders(['ours', 'official'], inputs, async ({ ours, official }) => {
    const job =
      (task, input, contender = ours) =>
      () =>
        contender.measure(task, input, { atLeastMs: 60 })
    const times = await inTurns(
      {
        stream: job('stream', 'messages'),
        streamContent: job('streamContent', 'messages'),
        events: job('events', 'messages'),
        batch: job('batch', 'messages'),
        batchRecovering: job('batchRecovering', 'messages'),
        streamShort: job('stream', 'short'),
        streamLong: job('stream', 'long'),
        streamContentShort: job('streamContent', 'short'),
        streamContentLong: job('streamContent', 'long'),
        ...(official && {
          officialStream: job('stream', 'messages', official),
          officialBatch: job('batch', 'messages', official),
          officialBatchCore: job('batchCore', 'messages', official),
        }),
      },
      9,
    )
    const lastCharacter = await ours.measure('streamLastCharacter', 'long')
    const rate = (name, input = 'messages') => inputs[input].length / median(times[name]) / 1e6
    const growth = (long, short) =>
      ratio(times[long], times[short]) / (inputs.long.length / inputs.short.length)
    const rows = [
      ['stream, delta after each token', rate('stream')],
      ['stream, currentContent after each token', rate('streamContent')],
      ['stream, 50 messages of 1,000 tokens', rate('streamShort', 'short')],
      ['stream, one message of 50,000 tokens', rate('streamLong', 'long')],
      ['stream, currentContent, 50 messages of 1,000 tokens', rate('streamContentShort', 'short')],
      ['stream, currentContent, one message of 50,000 tokens', rate('streamContentLong', 'long')],
      [
        "stream, currentContent's last character, one message of 50,000",
        inputs.long.length / lastCharacter.seconds / 1e6,
      ],
      ['createParser, an event a token', rate('events')],
      ['batch', rate('batch')],
      ['batch, recovering (parseTokens)', rate('batchRecovering')],
    ]
    if (official !== undefined) {
      rows.push(
        ['official: stream, delta after each token, in Python', rate('officialStream')],
        ['official: batch, in Python', rate('officialBatch')],
        ['official: batch, its core alone', rate('officialBatchCore')],
      )
    }
    return {
      title: `parse: ${inputs.messages.length} tokens in 50 messages, where nothing else is said`,
      columns: ['', 'tokens/s'],
      table: rows.map(([name, value]) => [name, `${value.toFixed(2)}M`]),
      figures: [
        { what: 'parse: stream with its delta', value: rate('stream'), unit: 'M tokens/s', atLeast: 10 },
        {
          what: 'parse: stream with currentContent',
          value: rate('streamContent'),
          unit: 'M tokens/s',
          atLeast: 3,
        },
        {
          what: 'parse: stream with currentContent, one message of 50,000 tokens',
          value: rate('streamContentLong', 'long'),
          unit: 'M tokens/s',
          atLeast: 3,
        },
        {
          what: 'parse: cost of a token in a message of 50,000 over one of 1,000',
          value: growth('streamLong', 'streamShort'),
          unit: '×',
          atMost: 1.5,
        },
        {
          what: 'parse: the same with currentContent',
          value: growth('streamContentLong', 'streamContentShort'),
          unit: '×',
          atMost: 1.5,
        },
        { what: 'parse: batch', value: rate('batch'), unit: 'M tokens/s', atLeast: 20 },
        { what: 'parse: batch, recovering', value: rate('batchRecovering'), unit: 'M tokens/s' },
        {
          what: "parse: event parser's time over StreamableParser's",
          value: ratio(times.events, times.stream),
          unit: '×',
          atMost: 1.5,
        },
      ],
    }
  })
}

/**
 * Completions of ten thousand tokens in 50 messages, of fifty thousand in one message,
 * and the same in fifty.
 */
export async function inputTokens() {
  const [prose] = corpora().prose
  const texts = {
    messages: completionText(50),
    long: `<|channel|>final<|message|>${prose.replaceAll('<|', '<')}`,
  }
  const ours = new Contender('ours')
  try {
    const encoded = {}
    for (const [name, text] of Object.entries(texts)) encoded[name] = await ours.tokensOf(text)
    const long = encoded.long.slice(0, LONG)
    const header = long.slice(0, 3)
    const between = await ours.tokensOf('<|end|><|start|>assistant')
    const short = []
    for (let start = 3; start < LONG; start += SHORT)
      short.push(...(start === 3 ? [] : between), ...header, ...long.slice(start, start + SHORT))
    return { messages: encoded.messages, short, long }
  } finally {
    ours.stop()
  }
}
