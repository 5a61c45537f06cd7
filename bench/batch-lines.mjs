import { corpora } from './corpora.mjs'
import { createRandom } from './random.mjs'

/**
 * Chat requests in OpenAI's batch form: prose, code and text in many scripts, one to five
 * turns, every third with tools and a call.
 */
export function batchLines(count) {
  const random = createRandom(7)
  const { prose, code, scripts } = corpora()
  const texts = [prose[0], prose[0], code[0], scripts[0]]
  const cut = (length) => {
    const text = texts[random(texts.length)]
    const start = random(text.length - length)
    return text.slice(start, start + length).toWellFormed()
  }
  const tools = ['search', 'read_file', 'run_query'].map((name) => ({
    type: 'function',
    function: {
      name,
      description: `Does what ${name} says.`,
      parameters: {
        type: 'object',
        properties: {
          query: { type: 'string', description: 'What to look for.' },
          limit: { type: 'integer' },
        },
        required: ['query'],
      },
    },
  }))
  return Array.from({ length: count }, (_, index) => {
    const messages = [{ role: 'system', content: `You are helpful. ${cut(200)}` }]
    for (let turn = random(5); turn >= 0; turn--) {
      messages.push({ role: 'user', content: cut(20 + random(800)) })
      if (index % 3 === 0) {
        const call = {
          id: `call_${turn}`,
          type: 'function',
          function: { name: 'search', arguments: JSON.stringify({ query: cut(40), limit: turn }) },
        }
        messages.push(
          { role: 'assistant', content: null, tool_calls: [call] },
          { role: 'tool', tool_call_id: call.id, content: cut(600) },
        )
      }
      if (turn > 0) messages.push({ role: 'assistant', content: cut(100 + random(1200)) })
    }
    const body = {
      model: 'gpt-oss-20b',
      reasoning_effort: 'low',
      messages,
      ...(index % 3 === 0 ? { tools } : {}),
    }
    return `${JSON.stringify({ custom_id: `request-${index}`, method: 'POST', url: '/v1/chat/completions', body })}\n`
  })
}
