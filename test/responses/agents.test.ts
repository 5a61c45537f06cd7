import { Agent, OpenAIResponsesModel, Runner, tool } from '@openai/agents'
import OpenAI from 'openai'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { ANSWER, NEXT, REASONING, WEATHER_CALL } from './answer.js'
import { fakeServer } from './fake-server.js'

describe("OpenAI's agents", () => {
  const weather = tool({
    name: 'get_weather',
    description: 'Gets the weather.',
    parameters: z.object({ city: z.string() }),
    execute: ({ city }) => `24 °C in ${city}`,
  })

  test.each([false, true])('run a tool and answer, streaming: %j', async (stream) => {
    const server = fakeServer([
      REASONING + NEXT + '<|channel|>commentary<|message|>Let me look.<|end|>' + NEXT + WEATHER_CALL,
      REASONING + NEXT + ANSWER,
    ])
    const client = new OpenAI({
      apiKey: 'none',
      baseURL: 'http://gpt-oss.test/v1',
      maxRetries: 0,
      fetch: server.fetch,
    })
    const agent = new Agent({
      name: 'Meteorologist',
      instructions: 'Be brief.',
      model: new OpenAIResponsesModel(client, 'gpt-oss-20b'),
      modelSettings: { providerData: { include: ['reasoning.encrypted_content'] }, store: false },
      tools: [weather],
    })
    const runner = new Runner({ tracingDisabled: true })
    let output: unknown
    if (stream) {
      const result = await runner.run(agent, 'Weather in Tōkyō?', { stream: true })
      await result.completed
      output = result.finalOutput
    } else {
      output = (await runner.run(agent, 'Weather in Tōkyō?')).finalOutput
    }
    expect(output).toBe('Hello, world!')
    expect(server.prefills[1]).toBe(
      `${server.prefills[0]}${REASONING}${NEXT}<|channel|>commentary<|message|>Let me look.<|end|>${NEXT}${WEATHER_CALL}` +
        '<|start|>functions.get_weather to=assistant<|channel|>commentary<|message|>24 °C in Tōkyō<|end|><|start|>assistant',
    )
  })
})
