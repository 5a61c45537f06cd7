import fc from 'fast-check'
import type { Message } from '../../src/message/types.js'
import { o200kHarmony } from '../../src/tokenizer/o200k.js'
import { SPECIAL_TOKENS } from '../../src/tokenizer/special-tokens.js'

/** What an engine samples after a prefill, and what the application appends then. */
export interface AgentStep {
  readonly sampled: readonly number[]
  readonly stopped: boolean
  readonly results: readonly Message[]
}

const tokenizer = o200kHarmony()
const { CALL, CHANNEL, CONSTRAIN, END, MESSAGE, RETURN, START } = SPECIAL_TOKENS

/** Text as a model may sample it: not always the tokens that encoding gives. */
const text = fc.array(fc.string({ unit: 'grapheme', maxLength: 12 }), { maxLength: 4 }).map((parts) => ({
  tokens: parts.flatMap(encode),
  text: parts.join(''),
}))

const names = fc.constantFrom('functions.f', 'functions.get_weather', 'browser.search')
const isReasoned = fc.boolean()
const isKept = fc.boolean()

const calls = fc.record({
  isReasoned,
  isKept,
  reasoning: text,
  name: names,
  body: text,
  constrain: fc.boolean(),
  result: text,
  channelFirst: fc.boolean(),
})
const finals = fc.record({ isReasoned, isKept, reasoning: text, body: text, question: text })

/** Turns without damage, in the header orders that models use. */
export const agentSteps: fc.Arbitrary<AgentStep> = fc.oneof(
  calls.map(({ isReasoned, isKept, reasoning, name, body, constrain, result, channelFirst }): AgentStep => {
    const to = encode(` to=${name}`)
    const channel = [CHANNEL, ...encode('commentary')]
    const contentType = constrain ? [...encode(' '), CONSTRAIN, ...encode('json')] : encode(' json')
    const call = [
      ...(channelFirst ? [...channel, ...to] : [...to, ...channel]),
      ...contentType,
      MESSAGE,
      ...body.tokens,
    ]
    return {
      sampled: [...(isReasoned ? analysis(reasoning.tokens) : []), ...call, ...(isKept ? [] : [CALL])],
      stopped: isKept,
      results: [{ role: 'tool', name, recipient: 'assistant', channel: 'commentary', content: result.text }],
    }
  }),
  finals.map(({ isReasoned, isKept, reasoning, body, question }): AgentStep => {
    const final = [CHANNEL, ...encode('final'), MESSAGE, ...body.tokens]
    return {
      sampled: [...(isReasoned ? analysis(reasoning.tokens) : []), ...final, ...(isKept ? [] : [RETURN])],
      stopped: isKept,
      results: [{ role: 'user', content: question.text }],
    }
  }),
)

const headerTexts = fc.constantFrom(
  'assistant',
  'analysis',
  'final',
  'commentary',
  ' to=functions.f',
  ' json',
  'Hi',
  '\n',
)

/** Whatever tokens: markers and words in any order, cut anywhere. */
export const damagedSteps: fc.Arbitrary<AgentStep> = fc.record({
  sampled: fc
    .array(
      fc.oneof(
        fc
          .constantFrom(CALL, CHANNEL, CONSTRAIN, END, MESSAGE, RETURN, START, 199999, 200013)
          .map((marker) => [marker]),
        headerTexts.map(encode),
      ),
      {
        maxLength: 16,
      },
    )
    .map((parts) => parts.flat()),
  stopped: fc.boolean(),
  results: fc.constantFrom<Message[][]>([], [{ role: 'user', content: 'Go on.' }]),
})

function analysis(tokens: readonly number[]): number[] {
  return [CHANNEL, ...encode('analysis'), MESSAGE, ...tokens, END, START, ...encode('assistant')]
}

function encode(part: string): number[] {
  const tokens: number[] = []
  tokenizer.encodeInto(part, tokens)
  return tokens
}
