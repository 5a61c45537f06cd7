// Compares vLLM's reading of its own samples with this library's.
//
//   node scripts/engines/vllm-reading.mjs URL MODEL [COUNT [FIRST_SEED]]
//
// The turns follow a question or a tool's result, at temperatures at which the tiny model keeps to its table (0.7, 1) and
// at which ever more random tokens come between (1.6, 1.9). Each Chat request asks for `return_token_ids`, so that the
// answer stands beside the ids that vLLM has read. Both readings are compared in reasoning, content, calls (arguments as
// JSON, which vLLM writes anew) and finish reason. Each turn that differs is counted under the reasons below that apply to
// it, with an example; if they do not cover all that differs, it is printed, and the exit code is 1. vLLM needs
// `--enable-auto-tool-choice --tool-call-parser openai --reasoning-parser openai_gptoss`, and this needs `npm run build`.
import { loadHarmonyEncoding, parseTokens } from '../../dist/index.js'
import { fromChatRequest, toChatCompletion } from '../../dist/chat/index.js'

const [url, model, count = '1000', firstSeed = '0'] = process.argv.slice(2)
const encoding = loadHarmonyEncoding('HarmonyGptOss')
const TEMPERATURES = [0.7, 1, 1.6, 1.9]
// The tools that model.json calls.
const tools = ['get_weather', 'search', 'convert'].map((name) => ({ type: 'function', function: { name } }))
const CALL_AND_RESULT = [
  {
    role: 'assistant',
    tool_calls: [{ id: '1', type: 'function', function: { name: 'search', arguments: '{"query":"東京"}' } }],
  },
  { role: 'tool', tool_call_id: '1', content: 'rain' },
]

/** Why the readings differ: the parts that a reason touches, and the turns that it applies to. */
const REASONS = [
  {
    says: 'a message without a channel: an answer here, left out there',
    parts: ['content'],
    appliesTo: ({ messages }) => messages.some(({ channel, recipient }) => !channel && !recipient),
  },
  {
    says: 'a header without `<|message|>`: the text after its known words here, no message or all of it as content there',
    parts: ['reasoning', 'content', 'calls', 'finish'],
    appliesTo: ({ codes }) => codes.has('missing-message'),
  },
  {
    says: 'a header with two channels: the last counts here, the first there',
    parts: ['reasoning', 'content', 'finish'],
    appliesTo: ({ codes }) => codes.has('repeated-channel'),
  },
  {
    says: 'a header with two recipients: a call to the last here, no call there',
    parts: ['calls', 'finish'],
    appliesTo: ({ codes }) => codes.has('repeated-recipient'),
  },
  {
    says: 'a call without arguments: `{}` here, an empty text there',
    parts: ['calls'],
    appliesTo: ({ messages }) =>
      messages.some(({ recipient, content }) => recipient && content.trim() === ''),
  },
  {
    says: '`<|call|>` after a turn without call and answer: `length` here, `stop` there',
    parts: ['finish'],
    appliesTo: ({ codes, turn }) => codes.has('stray-call') && turn.action === 'length',
  },
  {
    says: 'cut off after a whole call: `length` here, `tool_calls` there',
    parts: ['finish'],
    appliesTo: ({ messages, turn }) => turn.stopToken === null && messages.some(({ recipient }) => recipient),
  },
  {
    says: 'cut off within a header: no text here, its markers as content there',
    parts: ['content'],
    appliesTo: ({ codes }) => codes.has('unterminated-header'),
  },
]

let equal = 0
const differences = new Map()
for (let turn = 0; turn < Number(count); turn++) {
  const seed = Number(firstSeed) + turn
  const question = { role: 'user', content: `Question ${seed}` }
  const body = {
    model,
    messages: turn % 3 === 2 ? [question, ...CALL_AND_RESULT] : [question],
    tools,
    seed,
    temperature: TEMPERATURES[turn % TEMPERATURES.length],
    max_tokens: 60,
  }
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...body, return_token_ids: true }),
  })
  const answer = await response.json()
  const [choice] = answer.choices ?? []
  if (choice === undefined) throw new Error(`vLLM: ${answer.error?.message ?? response.status}`)
  const request = fromChatRequest(body)
  const there = readingOf(choice)
  const here = readingOf(toChatCompletion(encoding, choice.token_ids, { request }).choices[0])
  const parts = Object.keys(here).filter((part) => JSON.stringify(here[part]) !== JSON.stringify(there[part]))
  if (parts.length === 0) equal++
  else note(parts, choice.token_ids, { there, here })
}
console.log(`${equal} of ${count} readings are equal`)
for (const [reason, { number, example }] of differences)
  console.log(`${number} × ${reason}\n  ${JSON.stringify(example)}`)

function note(parts, tokens, readings) {
  const { deviations, messages, turn } = parseTokens(encoding, tokens, {
    tools: tools.map((tool) => tool.function.name),
  })
  const read = { codes: new Set(deviations.map(({ code }) => code)), messages, turn }
  const reasons = REASONS.filter(
    (reason) => reason.parts.some((part) => parts.includes(part)) && reason.appliesTo(read),
  )
  const covered = new Set(reasons.flatMap((reason) => reason.parts))
  const left = parts.filter((part) => !covered.has(part))
  if (left.length > 0) process.exitCode = 1
  const names = [
    ...reasons.map(({ says }) => says),
    ...(left.length > 0 ? [`UNEXPLAINED: ${left.join(', ')}`] : []),
  ]
  for (const name of names) {
    const known = differences.get(name)
    if (known === undefined) {
      differences.set(name, { number: 1, example: { text: encoding.decode(tokens), ...readings } })
    } else known.number++
  }
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
