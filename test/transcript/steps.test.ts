import { type DropAnalysis, loadHarmonyEncoding } from 'gpt-oss-harmony'
import { createTranscript, Transcript } from 'gpt-oss-harmony/transcript'
import { beforeAll, expect, test } from 'vitest'
import { LONG, longChat, SHORT } from '../long-chat.js'
import { growthOfSteps, stepsOf } from '../steps.js'

const encoding = loadHarmonyEncoding('HarmonyGptOss')
const sampled = encoding.encode(
  '<|channel|>analysis<|message|>A greeting.<|end|><|start|>assistant<|channel|>final<|message|>Hello!<|return|>',
  { allowedSpecial: 'all' },
)

function takeTurn(transcript: Transcript): void {
  transcript.prefill()
  transcript.commit(sampled)
  transcript.append({ role: 'user', content: 'Hi' })
}

/** A chat of so many turns. */
function chat(turns: number, dropAnalysis: DropAnalysis): void {
  const transcript = createTranscript(encoding, { messages: [{ role: 'user', content: 'Hi' }], dropAnalysis })
  for (let i = 0; i < turns; i++) takeTurn(transcript)
}

beforeAll(() => chat(10, 'none'))

test.each(['none', 'completed-turns', 'before-first-final'] as const)(
  'a turn takes as many steps however many came before it, %s',
  async (dropAnalysis) => {
    const short = await stepsOf(() => chat(100, dropAnalysis))
    const long = await stepsOf(() => chat(400, dropAnalysis))
    expect(short).toBeGreaterThan(100)
    expect(long / short).toBeLessThan(4.1)
  },
)

test.each(['none', 'completed-turns', 'past-turns', 'before-first-final'] as const)(
  'a turn takes as many steps after 10,000 turns with tools as after 1,250, %s',
  async (dropAnalysis) => {
    const steps = (turns: number) => {
      const transcript = createTranscript(encoding, { messages: longChat(turns), dropAnalysis })
      takeTurn(transcript)
      return stepsOf(() => takeTurn(transcript))
    }
    await steps(10)
    const short = await steps(SHORT)
    expect(short).toBeGreaterThan(100)
    expect((await steps(LONG)) / short).toBeLessThan(1.05)
  },
)

const of = (turns: number) =>
  createTranscript(encoding, { messages: longChat(turns), dropAnalysis: 'completed-turns' })

/** What is done to a transcript as a whole: each prepares a run for so many turns. */
const operations: Record<string, (turns: number) => () => unknown> = {
  append(turns) {
    const messages = longChat(turns)
    const transcript = of(0)
    return () => transcript.append(...messages)
  },
  'the first prefill'(turns) {
    const transcript = of(turns)
    return () => transcript.prefill()
  },
  toJSON(turns) {
    const transcript = of(turns)
    return () => transcript.toJSON()
  },
  fromJSON(turns) {
    const json = of(turns).toJSON()
    return () => Transcript.fromJSON(encoding, json)
  },
  renderWithSpans(turns) {
    const transcript = of(turns)
    return () => transcript.renderWithSpans()
  },
  countTokens(turns) {
    const transcript = of(turns)
    return () => transcript.countTokens('assistant')
  },
}

test.each(Object.entries(operations))('%s takes steps per turn alone', async (_, prepare) => {
  expect(await growthOfSteps(prepare, SHORT, LONG)).toBeLessThan(8.1)
})

test('dropOldestTurns takes steps per turn, and a few times more for bisection', async () => {
  const shorten = (turns: number) => {
    const transcript = of(turns)
    const limit = transcript.countTokens().total >> 1
    return () => transcript.dropOldestTurns({ limit })
  }
  // 8 × the turns, each looked at log₂ 10,000 / log₂ 1,250 = 1.3 × as often at most.
  expect(await growthOfSteps(shorten, SHORT, LONG)).toBeLessThan(10.4)
})
