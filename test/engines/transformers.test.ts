import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { isToolCall, loadHarmonyEncoding, parseTokens } from '../../src/index.js'
import { createTranscript } from '../../src/transcript/index.js'
import { STOP } from './collect.js'
import { plainReading } from './plain-reading.js'
import { impossibleAfter } from './table.js'

// transformers' `generate`, with the tiny model of scripts/engines: `npm run test:engines -- transformers`.

const python = process.env['HARMONY_TRANSFORMERS_PYTHON']
const model = process.env['HARMONY_TRANSFORMERS_MODEL']
const encoding = loadHarmonyEncoding('HarmonyGptOss')

const isThere = python !== undefined && model !== undefined
describe.skipIf(!isThere)(
  isThere ? 'transformers' : 'transformers (skipped: run `npm run test:engines -- transformers`)',
  () => {
    test('what it samples is read, and a second turn goes on from it token by token', () => {
      const transcripts = Array.from({ length: 40 }, () =>
        createTranscript(encoding, {
          messages: [{ role: 'user', content: 'How is Rome?' }],
          dropAnalysis: 'none',
        }),
      )
      let plainCount = 0
      for (const seed of [1, 2]) {
        const prefills = transcripts.map((transcript) => transcript.prefill().tokens)
        const answers = generate(prefills, seed)
        for (const [index, tokens] of answers.entries()) {
          const transcript = transcripts[index]
          const prefill = prefills[index]
          expect(impossibleAfter(prefill, tokens)).toEqual([])
          const { messages, deviations, turn } = parseTokens(encoding, tokens)
          const plain = plainReading(tokens)
          if (plain !== undefined && deviations.length === 0) {
            expect(messages).toEqual(plain)
            plainCount++
          }
          transcript.commit(tokens)
          const calls = messages.filter(isToolCall)
          for (const { recipient } of calls) {
            const result = { role: 'tool', name: recipient, recipient: 'assistant', content: '21' } as const
            transcript.append({ ...result, channel: 'commentary' })
          }
          if (calls.length === 0) transcript.append({ role: 'user', content: 'And Oslo?' })
          if (turn.stopToken === null) continue
          const known = [...prefill, ...tokens.slice(0, -1)]
          expect(transcript.prefill().tokens.slice(0, known.length)).toEqual(known)
        }
      }
      expect(plainCount).toBeGreaterThan(20)
    }, 300_000)
  },
)

/** Samples after each prefill, in one process. */
function generate(prefills: readonly (readonly number[])[], seed: number): number[][] {
  const output = execFileSync(python!, ['scripts/engines/generate.py', model!], {
    input: JSON.stringify({ prompts: prefills, stop_token_ids: STOP, max_tokens: 100, seed }),
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  })
  return JSON.parse(output) as number[][]
}
