// The conversations that are rendered, and the completions that are parsed.

import { corpora } from './corpora.mjs'
import { createRandom } from './random.mjs'

/**
 * 200 messages, 20 tools, about 50,000 tokens: an agent amid its work, so that nothing of
 * it is dropped.
 */
export function largeConversation() {
  const { prose, code, JSON: json } = corpora()
  const sources = { prose: cutter(prose[0]), code: cutter(code[0]), json: cutter(json[0]) }
  const messages = [system(), developer(20)]
  const turns = [
    () => ({ role: 'user', content: sources.prose(700) }),
    () => ({ role: 'assistant', channel: 'analysis', content: sources.prose(1000) }),
    () => ({
      role: 'assistant',
      channel: 'commentary',
      recipient: 'functions.search_3',
      content_type: '<|constrain|>json',
      content: `{"query":${JSON.stringify(sources.prose(200))},"limit":10}`,
    }),
    () => ({
      role: 'tool',
      name: 'functions.search_3',
      channel: 'commentary',
      recipient: 'assistant',
      content: sources.json(1600),
    }),
    () => ({ role: 'assistant', channel: 'analysis', content: sources.prose(900) }),
    () => ({
      role: 'assistant',
      channel: 'commentary',
      recipient: 'functions.read_file_7',
      content_type: '<|constrain|>json',
      content: `{"query":"src/index.ts","limit":200}`,
    }),
    () => ({
      role: 'tool',
      name: 'functions.read_file_7',
      channel: 'commentary',
      recipient: 'assistant',
      content: sources.code(2400),
    }),
  ]
  while (messages.length < 200) messages.push(turns[(messages.length - 2) % turns.length]())
  return { messages }
}

/** 4 messages, 1 tool, about 200 tokens. */
export function smallConversation() {
  return {
    messages: [
      system(),
      developer(1),
      { role: 'user', content: 'What is the weather in Tokyo?' },
      {
        role: 'assistant',
        channel: 'analysis',
        content: 'The user asks for the weather in Tokyo. I call the tool for it.',
      },
    ],
  }
}

/**
 * Text for a completion of `count` messages, in which markers stand for themselves; for a
 * prefill that ends on `<|start|>assistant`.
 */
export function completionText(count) {
  const cut = cutter(corpora().prose[0])
  const messages = []
  for (let index = 0; index < count; index++) {
    const header =
      index % 3 === 0
        ? '<|channel|>analysis'
        : index % 3 === 1
          ? '<|channel|>commentary to=functions.search_3 <|constrain|>json'
          : '<|channel|>final'
    const end = index === count - 1 ? '<|return|>' : '<|end|>'
    messages.push(`${header}<|message|>${cut(900).replaceAll('<|', '<')}${end}`)
  }
  return messages.join('<|start|>assistant')
}

function system() {
  return {
    role: 'system',
    content: [
      {
        type: 'system_content',
        model_identity: 'You are ChatGPT, a large language model trained by OpenAI.',
        reasoning_effort: 'Medium',
        conversation_start_date: '2025-06-28',
        knowledge_cutoff: '2024-06',
        channel_config: { valid_channels: ['analysis', 'commentary', 'final'], channel_required: true },
      },
    ],
  }
}

const NAMES = [
  'get_weather',
  'send_mail',
  'list_events',
  'search',
  'book_flight',
  'translate',
  'run_query',
  'read_file',
  'write_file',
  'plot',
]

function developer(toolCount) {
  const tools = Array.from({ length: toolCount }, (_, index) => ({
    name: toolCount === 1 ? 'get_weather' : `${NAMES[index % NAMES.length]}_${index}`,
    description: 'Looks up what the user asks for and gives it back as JSON.\nFails when there is nothing.',
    parameters: parameters(index),
  }))
  return {
    role: 'developer',
    content: [
      {
        type: 'developer_content',
        instructions: 'Answer briefly. Use the tools for whatever may have changed.',
        tools: { functions: { name: 'functions', description: 'What this application can do.', tools } },
      },
    ],
  }
}

function parameters(index) {
  const query = { type: 'string', description: 'What to look for, in words.' }
  const unit = { type: 'string', enum: ['celsius', 'fahrenheit'], default: 'celsius' }
  if (index === 0) return { type: 'object', properties: { query, unit }, required: ['query'] }
  const range = {
    type: 'object',
    properties: { from: { type: 'string', description: 'ISO date' }, to: { type: 'string' } },
    required: ['from'],
  }
  const properties = {
    query,
    unit,
    limit: { type: 'integer', default: 10 },
    tags: { type: 'array', items: { type: 'string' } },
    range,
  }
  return { type: 'object', properties, required: ['query', 'range'] }
}

/** Gives the next piece of a text, of about the length asked for; begins again at its end. */
function cutter(text) {
  const random = createRandom(text.length)
  let at = 0
  return (length) => {
    const size = Math.round(length * (0.5 + random(1000) / 1000))
    if (at + size > text.length) at = 0
    at += size
    return text.slice(at - size, at).toWellFormed()
  }
}
