// An agent on the OpenAI Agents SDK. `npm i @openai/agents zod`, then `node examples/agents/main.js --engine replay`;
// other engines: ../engine.js.

import { Agent, Runner, tool } from '@openai/agents'
import { createHarmony } from 'gpt-oss-harmony/agents'
import * as z from 'zod'
import { engineFromFlags } from '../engine.js'

const runner = new Runner({
  modelProvider: createHarmony({ engine: engineFromFlags() }),
  tracingDisabled: true,
})
const weather = tool({
  name: 'weather',
  description: 'Gets the weather of a city.',
  parameters: z.object({ city: z.string() }),
  execute: ({ city }) => `Sunny in ${city}`,
})
const agent = new Agent({ name: 'Meteorologist', model: 'gpt-oss-20b', tools: [weather] })
const { newItems, finalOutput, state } = await runner.run(agent, 'What is the weather in Lima?')
for (const { rawItem } of newItems) {
  if (rawItem.type === 'reasoning') console.log(`reasoning: ${rawItem.rawContent[0].text}`)
  if (rawItem.type === 'function_call') console.log(`call: ${rawItem.name}(${rawItem.arguments})`)
  if (rawItem.type === 'function_call_result') console.log(`result: ${rawItem.output.text}`)
}
console.log(`text: ${finalOutput}`)
console.log(`  ${state.usage.inputTokens} tokens in, ${state.usage.outputTokens} out`)
