// Compares vLLM's reading of its own samples with this library's.
//
//   node scripts/engines/vllm-reading.mjs URL MODEL [COUNT]
//
// Each Chat request asks for `return_token_ids`, so that the answer stands beside the ids that vLLM has read. Both
// readings are compared in reasoning, content, calls (arguments as JSON, which vLLM writes anew) and finish reason;
// each kind of difference is counted, with one example. Needs `npm run build`.
import { loadHarmonyEncoding } from '../../dist/index.js'
import { fromChatRequest, toChatCompletion } from '../../dist/chat/index.js'

const [url, model, count = '1000'] = process.argv.slice(2)
const encoding = loadHarmonyEncoding('HarmonyGptOss')
const tool = {
  type: 'function',
  function: {
    name: 'get_weather',
    parameters: { type: 'object', properties: { location: { type: 'string' } } },
  },
}

let equal = 0
const differences = new Map()
for (let seed = 0; seed < Number(count); seed++) {
  const body = {
    model,
    messages: [{ role: 'user', content: `Question ${seed}` }],
    tools: [tool],
    seed,
    temperature: 1,
    max_tokens: 60,
  }
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...body, return_token_ids: true }),
  })
  const answer = await response.json()
  const [choice] = answer.choices ?? []
  if (choice === undefined) {
    note(`refused: ${answer.error?.message ?? response.status}`, seed)
    continue
  }
  const request = fromChatRequest(body)
  const ours = toChatCompletion(encoding, choice.token_ids, { request }).choices[0]
  const kinds = differencesOf(readingOf(choice), readingOf(ours))
  if (kinds.length === 0) equal++
  for (const kind of kinds)
    note(kind, { text: encoding.decode(choice.token_ids), vllm: readingOf(choice), ours: readingOf(ours) })
}
console.log(`${equal} of ${count} readings are equal`)
for (const [kind, { number, example }] of differences)
  console.log(`${number} × ${kind}\n  ${JSON.stringify(example)}`)

function note(kind, example) {
  const known = differences.get(kind)
  if (known === undefined) differences.set(kind, { number: 1, example })
  else known.number++
}

function readingOf({ message, finish_reason: finish }) {
  return {
    reasoning: message.reasoning ?? message.reasoning_content ?? '',
    content: message.content ?? '',
    calls: (message.tool_calls ?? []).map(
      ({ function: { name, arguments: text } }) => `${name} ${compact(text)}`,
    ),
    finish,
  }
}

function compact(text) {
  try {
    return JSON.stringify(JSON.parse(text))
  } catch {
    return text
  }
}

function differencesOf(one, other) {
  const different = Object.keys(one).filter((key) => JSON.stringify(one[key]) !== JSON.stringify(other[key]))
  return different.map((key) =>
    key === 'finish' ? `finish: ${one.finish} there, ${other.finish} here` : key,
  )
}
