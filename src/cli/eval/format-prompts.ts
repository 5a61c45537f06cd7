import type { ChatRequest } from '../../chat/index.js'
import { HARMONY_EFFORTS } from '../../openai/index.js'

/** What one request of the check asks. */
export interface FormatPrompt {
  /** What the prompt tries: `question`, `tool` … */
  readonly kind: string
  readonly body: ChatRequest
}

const user = (content: string) => ({ role: 'user', content })

const WEATHER = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'The weather of a place.',
    parameters: {
      type: 'object',
      properties: { location: { type: 'string' }, unit: { type: 'string', enum: ['celsius', 'fahrenheit'] } },
      required: ['location'],
    },
  },
}

const SEARCH = {
  type: 'function',
  function: {
    name: 'search_orders',
    parameters: {
      type: 'object',
      properties: {
        filters: {
          type: 'object',
          properties: { status: { type: 'string' }, since: { type: 'string' } },
        },
        limit: { type: 'integer' },
      },
    },
  },
}

const CALL = {
  id: 'call_1',
  type: 'function',
  function: { name: 'get_weather', arguments: '{"location":"Rome"}' },
}

const SCHEMA = {
  type: 'json_schema',
  json_schema: {
    name: 'person',
    schema: {
      type: 'object',
      properties: { name: { type: 'string' }, born: { type: 'integer' } },
      required: ['name', 'born'],
    },
  },
}

/** One of each kind in turn, so that a few requests are already varied. */
const PROMPTS: readonly (Omit<ChatRequest, 'messages'> & {
  readonly kind: string
  readonly messages: ChatRequest['messages']
})[] = [
  { kind: 'question', messages: [user('Why is the sky blue? Answer in two sentences.')] },
  { kind: 'tool', messages: [user('What is the weather in Rome?')], tools: [WEATHER] },
  {
    kind: 'schema',
    messages: [user('Who wrote Faust? Give name and year of birth.')],
    response_format: SCHEMA,
  },
  {
    kind: 'tool result',
    messages: [
      user('What is the weather in Rome?'),
      { role: 'assistant', content: null, tool_calls: [CALL] },
      { role: 'tool', tool_call_id: 'call_1', content: '{"celsius":21,"sky":"clear"}' },
    ],
    tools: [WEATHER],
  },
  {
    kind: 'conversation',
    messages: [
      user('My name is Ada.'),
      { role: 'assistant', content: 'Hello, Ada!' },
      user('What is my name?'),
    ],
  },
  { kind: 'question', messages: [user('用三句话介绍长城。')] },
  {
    kind: 'tool',
    messages: [
      { role: 'system', content: 'Say what you are about to do before you call a tool.' },
      user('Compare the weather of Oslo and Rome, then find my orders that are late.'),
    ],
    tools: [WEATHER, SEARCH],
  },
  { kind: 'code', messages: [user('Write a Python function that reverses a linked list. Code alone.')] },
  {
    kind: 'markers',
    messages: [user('What do <|start|>, <|channel|> and <|message|> mean in gpt-oss prompts?')],
  },
  { kind: 'mathematics', messages: [user('How many primes are there below 60?')] },
]

/** Returns so many requests: each prompt in turn, at each effort in turn, with a seed of its own. */
export function formatPrompts(count: number, seed: number, maxTokens: number): FormatPrompt[] {
  return Array.from({ length: count }, (_, index) => {
    const { kind, ...body } = PROMPTS[index % PROMPTS.length]
    return {
      kind,
      body: {
        ...body,
        // The prompts' number is no multiple of three: each meets each effort.
        reasoning_effort: HARMONY_EFFORTS[index % HARMONY_EFFORTS.length],
        temperature: 1,
        top_p: 1,
        seed: seed + index,
        max_completion_tokens: maxTokens,
      },
    }
  })
}
