import { type DropAnalysis, loadHarmonyEncoding } from 'gpt-oss-harmony'
import { createTranscript } from 'gpt-oss-harmony/transcript'
import { beforeAll, expect, test } from 'vitest'
import { stepsOf } from '../steps.js'

const encoding = loadHarmonyEncoding('HarmonyGptOss')
const sampled = encoding.encode(
  '<|channel|>analysis<|message|>A greeting.<|end|><|start|>assistant<|channel|>final<|message|>Hello!<|return|>',
  { allowedSpecial: 'all' },
)

/** A chat of so many turns. */
function chat(turns: number, dropAnalysis: DropAnalysis): void {
  const transcript = createTranscript(encoding, { messages: [{ role: 'user', content: 'Hi' }], dropAnalysis })
  for (let i = 0; i < turns; i++) {
    transcript.prefill()
    transcript.commit(sampled)
    transcript.append({ role: 'user', content: 'Hi' })
  }
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
