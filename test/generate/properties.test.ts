import fc from 'fast-check'
import { loadHarmonyEncoding } from 'gpt-oss-harmony'
import { createTranscript } from 'gpt-oss-harmony/transcript'
import type { EngineChunk } from 'gpt-oss-harmony/engines'
import { runTurn, type TurnRunEvent } from 'gpt-oss-harmony/generate'
import { createToolSet } from 'gpt-oss-harmony/tools'
import { expect, test } from 'vitest'
import { agentSteps, damagedSteps } from '../transcript/agent-loops.js'
import { scriptedEngine } from './scripted-engine.js'

const encoding = loadHarmonyEncoding('HarmonyGptOss')

const generations = fc.array(
  fc.record({ step: fc.oneof(agentSteps, damagedSteps), chunkLength: fc.integer({ min: 1, max: 9 }) }),
  { minLength: 1, maxLength: 5 },
)

test('whatever engines sample, prefills extend what was sampled, deltas are the messages, and usage adds up', async () => {
  await fc.assert(
    fc.asyncProperty(generations, async (steps) => {
      const transcript = createTranscript(encoding, { messages: [{ role: 'user', content: 'Hi' }] })
      const execute = ({ a }: { a?: unknown }) => String(a)
      const run = runTurn({
        engine: scriptedEngine(
          steps.map(({ step, chunkLength }) => cut(step.sampled, chunkLength, step.stopped)),
        ),
        transcript,
        tools: createToolSet([
          { name: 'f', execute },
          { name: 'get_weather', execute },
        ]),
        limits: { maxGenerations: steps.length },
      })

      const prefills: (readonly number[])[] = []
      const sampled: number[][] = []
      const deltas = new Map<number, string>()
      const contents = new Map<number, string>()
      let last: TurnRunEvent | undefined
      for await (const event of run) {
        last = event
        if (event.type === 'generation-start') {
          prefills.push(event.prefill)
          sampled.push([])
        }
        if (event.type === 'tokens-delta') sampled.at(-1)!.push(...event.tokens)
        if (event.type === 'message-start') deltas.set(event.messageIndex, '')
        if (event.type === 'content-delta')
          deltas.set(event.messageIndex, deltas.get(event.messageIndex)! + event.delta)
        if (event.type === 'message-end') contents.set(event.messageIndex, event.message.content)
      }
      const result = await run.result()

      expect(last).toEqual({ type: 'run-end', result })
      expect(deltas).toEqual(contents)
      expect(transcript.toConversation().messages.slice(1)).toEqual(result.messages)
      expect(result.usage.sampled.total).toBe(sampled.flat().length)
      for (let i = 1; i < prefills.length; i++) {
        const before = [...prefills[i - 1], ...sampled[i - 1]]
        if (before.at(-1) === 200002) before[before.length - 1] = 200007
        expect(prefills[i].slice(0, before.length)).toEqual(before)
      }
    }),
    { numRuns: 300 },
  )
})

/** Chunks of a completion; the stop token may be withheld. */
function cut(tokens: readonly number[], length: number, isStopped: boolean): EngineChunk[] {
  const chunks: EngineChunk[] = []
  for (let i = 0; i < tokens.length; i += length) chunks.push({ tokens: tokens.slice(i, i + length) })
  return [...chunks, { tokens: [], finish: { reason: isStopped ? 'stop' : 'length' } }]
}
