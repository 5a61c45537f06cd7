import { Agent, Runner, tool } from '@openai/agents'
import * as ai6 from 'ai6'
import * as ai7 from 'ai7'
import { expect, test } from 'vitest'
import * as z from 'zod'
import * as agents from '../../src/agents/index.js'
import * as aiSdk from '../../src/ai-sdk/index.js'
import type { Engine } from '../../src/engines/index.js'
import { describeWithGguf } from './tiny-gguf.js'

// The agent SDKs over sampled tokens: whatever the model writes, each step goes on from exactly the tokens before it.

const city = z.object({ city: z.string() })
const MAX_TOKENS = 8

/** The engine, and what each step sent it and got. */
function recorded(engine: Engine) {
  const steps: { prefill: readonly number[]; sampled: number[] }[] = []
  const recording: Engine = {
    async *generate(prefill, options) {
      const sampled: number[] = []
      steps.push({ prefill: [...prefill], sampled })
      for await (const chunk of engine.generate(prefill, options)) {
        sampled.push(...chunk.tokens)
        yield chunk
      }
    },
  }
  return { recording, steps }
}

function expectExact(steps: ReturnType<typeof recorded>['steps']) {
  expect(steps[0].sampled.length).toBeGreaterThan(0)
  for (const [index, { prefill }] of steps.entries()) {
    if (index === 0) continue
    const before = [...steps[index - 1].prefill, ...steps[index - 1].sampled]
    expect(prefill.slice(0, before.length)).toEqual(before)
  }
}

describeWithGguf('node-llama-cpp under the agent SDKs', (engine) => {
  test.each([
    ['ai 6', ai6],
    ['ai 7', ai7 as unknown as typeof ai6],
  ])('%s', async (_, ai) => {
    const { recording, steps } = recorded(engine)
    const result = await ai.generateText({
      model: aiSdk.createHarmony({ engine: recording })('tiny'),
      prompt: 'How is Rome?',
      tools: { get_weather: ai.tool({ inputSchema: city, execute: () => '21 degrees' }) },
      stopWhen: ai.stepCountIs(2),
      maxOutputTokens: MAX_TOKENS,
      seed: 7,
    })
    expectExact(steps)
    expect(result.steps.map(({ usage }) => usage.outputTokens)).toEqual(
      steps.map(({ sampled }) => sampled.length),
    )
    // The tokens of the parts are those that were sampled, as far as they stand in parts.
    const tokens = result.steps[0].content.flatMap(
      (part) =>
        (('providerMetadata' in part && part.providerMetadata?.['harmony']?.['tokens']) || []) as number[],
    )
    expect(steps[0].sampled.slice(0, tokens.length)).toEqual(tokens)
  })

  test('@openai/agents', async () => {
    const { recording, steps } = recorded(engine)
    const runner = new Runner({
      modelProvider: agents.createHarmony({ engine: recording }),
      tracingDisabled: true,
    })
    const agent = new Agent({
      name: 'Meteorologist',
      model: 'tiny',
      modelSettings: { maxTokens: MAX_TOKENS },
      tools: [
        tool({
          name: 'get_weather',
          description: 'Gets the weather.',
          parameters: city,
          execute: () => '21 degrees',
        }),
      ],
    })
    // A model that calls on and on or a tool that nobody has ends the run, and so does the limit of tokens.
    const result = await runner.run(agent, 'How is Rome?', { maxTurns: 2 }).catch((error: Error) => error)
    expectExact(steps)
    if (result instanceof Error) expect(result.message).toMatch(/Max turns|not found|cut off/)
    else expect(result.state.usage.outputTokens).toBe(steps.flatMap(({ sampled }) => sampled).length)
  })
})
