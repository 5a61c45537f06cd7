import { expect, test } from 'vitest'
import { createParser, createTextParser, StreamableParser } from 'gpt-oss-harmony'
import { stepsOf } from '../steps.js'
import { encoding } from './streams.js'

// A model's output must not be able to hold up its reader: 16 times the length may take 16 times the steps,
// while quadratic code takes 256 times as many.
const SHORT = 500
const FACTOR = 16
const BOUND = 18

const special = (text: string) => encoding.encode(text, { allowedSpecial: 'all' })
const body = special('<|channel|>final<|message|>')
const parts = {
  content: [...body, ...special(' a')],
  words: special(' x'),
  'recipients in a header': special(' to=f'),
  'channels in a header': special('<|channel|>final'),
  starts: special('<|start|>'),
  'roles without messages': special('<|start|>assistant'),
  stops: special('<|end|>'),
  'text and stops': special('x<|end|>'),
  messages: special('<|message|>'),
  constraints: special('<|constrain|>'),
  'broken characters': [9552],
  'empty messages': special('<|start|>assistant<|channel|>final<|message|><|end|>'),
}

test.each(Object.entries(parts))('reads %s in a linear number of steps', async (_, part) => {
  const read = (length: number) => {
    const parser = createParser(encoding, { onEvent: () => undefined })
    for (let index = 0; index < length; index++) parser.push(part)
    // The long header closes, or what was text so far turns out to be one.
    parser.push(special('<|message|>'))
    parser.end()
  }
  await expectLinear(read)
})

test('reads the content so far at constant cost', async () => {
  await expectLinear((length) => {
    const parser = new StreamableParser(encoding, 'assistant')
    for (const token of body) parser.process(token)
    let total = 0
    for (let index = 0; index < length; index++) total += parser.process(264).currentContent.length
    expect(total).toBe(length * (length + 1))
  })
})

test.each(['<', '<|', '<|end', 'assistant', 'assistantfinal', ' to=f'])(
  'reads text of %j in a linear number of steps',
  async (text) => {
    for (const strippedMarkers of [false, true]) {
      await expectLinear((length) => {
        const parser = createTextParser({ strippedMarkers, onEvent: () => undefined })
        for (let index = 0; index < length; index++) parser.push(text)
        parser.end()
      })
    }
  },
)

async function expectLinear(run: (length: number) => void): Promise<void> {
  // What is loaded once counts for neither.
  run(SHORT)
  const short = await stepsOf(() => run(SHORT))
  expect(await stepsOf(() => run(SHORT * FACTOR))).toBeLessThan(BOUND * short)
}

test('a long content is whole, however often its pieces were joined', () => {
  const text = Array.from({ length: 3_000 }, (_, index) => ` ${index}🙂`).join('')
  const deltas: string[] = []
  const contents: string[] = []
  const parser = createParser(encoding, {
    onEvent(event) {
      if (event.type === 'content-delta') deltas.push(event.delta)
      if (event.type === 'message-end') contents.push(event.message.content)
    },
  })
  for (const token of [...body, ...encoding.encode(text)]) {
    parser.push(token)
    expect(parser.content.length).toBeLessThanOrEqual(text.length)
  }
  expect(parser.content).toBe(text)
  parser.end()
  expect([deltas.join(''), ...contents]).toEqual([text, text])
})
