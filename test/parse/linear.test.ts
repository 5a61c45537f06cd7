import { expect, test } from 'vitest'
import { createParser, createTextParser, StreamableParser } from 'gpt-oss-harmony'
import { encoding } from './streams.js'

// A model's output must not be able to hold up who reads it: what is 16 times as long may take 16 times as long. The bound is generous, as other
// programs run beside the tests; quadratic code takes 256 times as long.
const SHORT = 4_000
const FACTOR = 16
const BOUND = 128

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

test.each(Object.entries(parts))('reads %s in linear time', (_, part) => {
  const read = (length: number) => {
    const parser = createParser(encoding, { onEvent: () => undefined })
    for (let index = 0; index < length; index++) parser.push(part)
    // The long header closes, or what was text so far turns out to be one.
    parser.push(special('<|message|>'))
    parser.end()
  }
  expectLinear(read)
})

test('reads the content so far at constant cost', () => {
  expectLinear((length) => {
    const parser = new StreamableParser(encoding, 'assistant')
    for (const token of body) parser.process(token)
    let total = 0
    for (let index = 0; index < length; index++) total += parser.process(264).currentContent.length
    expect(total).toBe(length * (length + 1))
  })
})

test.each(['<', '<|', '<|end', 'assistant', 'assistantfinal', ' to=f'])(
  'reads text of %j in linear time',
  (text) => {
    for (const strippedMarkers of [false, true]) {
      expectLinear((length) => {
        const parser = createTextParser({ strippedMarkers, onEvent: () => undefined })
        for (let index = 0; index < length; index++) parser.push(text)
        parser.end()
      })
    }
  },
)

function expectLinear(run: (length: number) => void): void {
  run(SHORT)
  const short = Math.max(
    1,
    milliseconds(() => run(SHORT)),
  )
  expect(milliseconds(() => run(SHORT * FACTOR))).toBeLessThan(BOUND * short + 200)
}

function milliseconds(run: () => void): number {
  const start = performance.now()
  run()
  return performance.now() - start
}
