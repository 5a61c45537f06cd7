import { loadHarmonyEncoding, parseTokens, StreamableParser } from 'gpt-oss-harmony'
import { expect, test } from 'vitest'

const encoding = loadHarmonyEncoding('HarmonyGptOss')
const space = ' \n'.repeat(20_000)

// A model that has lost its way repeats such tokens. Where a header's parts were looked for by expressions that divide
// white space among each other, a tenth of this took hours.
test.each([
  ['before a channel', `final<|message|>a<|end|>${space}x<|channel|>final<|message|>b`],
  ['before a message', `final<|message|>a<|end|>${space}x<|message|>b`],
  ['after a role', `final<|message|>a<|end|>assistant${space}x<|message|>b`],
  ['before a recipient', `final<|message|>a<|end|>assistant${space}to${space}=${space}x<|message|>b`],
  ['in a closed header', `final${space}x<|message|>b`],
  ['in an unfinished header', `commentary${space}f${space}x`],
  ['before a content type', `commentary to=functions.f${space}json${space}x`],
])('white space of any length is read in linear time: %s', (_, text) => {
  const tokens = encoding.encode(`<|channel|>${text}<|return|>`, { allowedSpecial: 'all' })
  const start = performance.now()
  parseTokens(encoding, tokens, { role: 'assistant' })
  const parser = new StreamableParser(encoding, 'assistant', { strict: false })
  for (const token of tokens) {
    try {
      parser.process(token)
    } catch {
      break
    }
  }
  expect(performance.now() - start).toBeLessThan(5000)
})

// Where an expression's loop took a character at a turn, these overflowed the stack.
test.each([
  ['in an unfinished header', '<|channel|>', '<|return|>'],
  ['in a closed header', '<|channel|>', '<|message|>x<|return|>'],
  ['in place of a role', '<|end|><|start|>', '<|message|>x<|return|>'],
  ['in place of a message', '<|end|>', '<|return|>'],
  ['in place of a recipient', '<|channel|>commentary to=', '<|return|>'],
])('ten million characters are read: %s', (_, before, after) => {
  const dots = '.'.repeat(64)
  const [dotsToken] = encoding.encode(dots)
  const tokens = [
    ...encoding.encode(before, { allowedSpecial: 'all' }),
    ...new Array<number>(10_000_000 / dots.length).fill(dotsToken),
    ...encoding.encode(after, { allowedSpecial: 'all' }),
  ]
  expect(parseTokens(encoding, tokens, { role: 'assistant' }).turn.usage.total).toBe(tokens.length)
})
