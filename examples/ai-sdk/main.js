// An agent on the Vercel AI SDK. `npm i ai zod`, then `node examples/ai-sdk/main.js --engine replay`; other engines:
// ../engine.js.

import { stepCountIs, streamText, tool } from 'ai'
import { createHarmony } from 'gpt-oss-harmony/ai-sdk'
import * as z from 'zod'
import { engineFromFlags } from '../engine.js'

const harmony = createHarmony({ engine: engineFromFlags() })
const { steps } = streamText({
  model: harmony('gpt-oss-20b'),
  prompt: 'What is the weather in Lima?',
  tools: {
    weather: tool({
      description: 'Gets the weather of a city.',
      inputSchema: z.object({ city: z.string() }),
      execute: ({ city }) => `Sunny in ${city}`,
    }),
  },
  stopWhen: stepCountIs(5),
})
for (const { content, usage } of await steps) {
  for (const part of content) {
    if (part.type === 'reasoning' || part.type === 'text') console.log(`${part.type}: ${part.text}`)
    if (part.type === 'tool-call') console.log(`call: ${part.toolName}(${JSON.stringify(part.input)})`)
    if (part.type === 'tool-result') console.log(`result: ${part.output}`)
  }
  console.log(`  ${usage.inputTokens} tokens in, ${usage.outputTokens} out`)
}
