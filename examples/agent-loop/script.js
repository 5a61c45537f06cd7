// The loop that main.js runs: what the application says, and what the model samples. A model is not at hand, so its turns are written down here, as gpt-oss
// writes them: the recipient behind the channel, white space in arguments as it comes. Each text of a turn is encoded by itself.

import { developerMessage, systemMessage } from 'gpt-oss-harmony'

export const messages = [
  systemMessage({ reasoningEffort: 'medium', conversationStartDate: '2025-06-28' }),
  developerMessage({
    instructions: 'Use the tools for facts about the weather. Answer in one sentence.',
    tools: [
      {
        name: 'get_weather',
        description: 'The weather in a city, now.',
        parameters: {
          type: 'object',
          properties: {
            city: { type: 'string' },
            unit: { type: 'string', enum: ['celsius', 'fahrenheit'], default: 'celsius' },
          },
          required: ['city'],
        },
      },
    ],
  }),
  { role: 'user', content: 'Which of Paris, Rome and Oslo is the warmest right now?' },
]

/** Turn by turn, what the engine gives and what the application appends then. */
export const steps = [
  {
    sampled: [
      '<|channel|>analysis<|message|>The user wants to compare three cities. I need the weather of each. Start with Paris.<|end|>',
      '<|start|>assistant<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>{"city":"Paris"}<|call|>',
    ],
    append: result('{"temperature": 24, "sky": "clear"}'),
  },
  {
    sampled: [
      '<|channel|>analysis<|message|>Paris: 24. Next Rome.<|end|>',
      '<|start|>assistant<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>',
      // Sampling is free to cut a word where encoding would not.
      '{\n  "ci',
      'ty": "Rome"\n}<|call|>',
    ],
    append: result('{"temperature": 31, "sky": "clear"}'),
  },
  {
    sampled: [
      '<|channel|>analysis<|message|>Rome: 31. Now Oslo.<|end|>',
      '<|start|>assistant<|channel|>commentary to=functions.get_weather code<|message|>{ "city": "Oslo", "unit": "celsius" }<|call|>',
    ],
    append: result('{"temperature": 17, "sky": "rain"}'),
  },
  {
    sampled: [
      '<|channel|>analysis<|message|>Oslo: 17. Rome is the warmest.<|end|>',
      '<|start|>assistant<|channel|>final<|message|>Rome is the warmest of the three, with 31 °C.<|return|>',
    ],
    append: { role: 'user', content: 'And the coldest?' },
  },
  { sampled: ['<|channel|>final<|message|>Oslo, with 17 °C.<|return|>'], append: undefined },
]

function result(content) {
  return {
    role: 'tool',
    name: 'functions.get_weather',
    recipient: 'assistant',
    channel: 'commentary',
    content,
  }
}
