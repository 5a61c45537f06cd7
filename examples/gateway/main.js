// A gateway as a Worker-style handler, and OpenAI's SDK as its client, in one process: `node examples/gateway/main.js`.
import OpenAI from 'openai'
import { replayEngine } from 'gpt-oss-harmony/engines'
import { createGateway } from 'gpt-oss-harmony/gateway'

// Put `vllmEngine({ url })` here to sample for real.
const engine = replayEngine([
  {
    text: '<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>{"city":"Rome"}<|call|>',
  },
  { text: '<|channel|>final<|message|>It is 21 °C in Rome.<|return|>' },
])
const gateway = createGateway({ engine })
const worker = { fetch: (request) => gateway(request) }

const client = new OpenAI({
  baseURL: 'http://gateway.test/v1',
  apiKey: 'none',
  fetch: (input, init) => worker.fetch(new Request(input, init)),
})

const runner = client.chat.completions.runTools({
  model: 'gpt-oss-20b',
  messages: [{ role: 'user', content: 'What is the weather in Rome?' }],
  tools: [
    {
      type: 'function',
      function: {
        name: 'get_weather',
        parameters: { type: 'object', properties: { city: { type: 'string' } } },
        parse: JSON.parse,
        function: ({ city }) => `21 °C in ${city}`,
      },
    },
  ],
})
console.log(await runner.finalContent())
await gateway.close()
