// Compares a dialect with what a running server makes of the same requests.
//
//   node scripts/dialects/live.mjs llama.cpp URL [FILE]    llama-server's /apply-template
//   node scripts/dialects/live.mjs vllm URL [FILE]         vLLM's /v1/chat/completions/render (--enable-scale-out)
//
// FILE holds lines as generate.py writes them; fixtures/dialects/requests.jsonl by default. llama-server's model needs
// gpt-oss's chat template (`--jinja --chat-template-file`). Both dates are today's. llama-server answers with text,
// which is encoded with its markers as special tokens, as the server itself does. Needs `npm run build`.
import { readFileSync } from 'node:fs'
import { HarmonyError, loadHarmonyEncoding } from '../../dist/index.js'
import { renderInDialect } from '../../dist/dialects/index.js'

const [dialect, url, file = 'fixtures/dialects/requests.jsonl'] = process.argv.slice(2)
const encoding = loadHarmonyEncoding('HarmonyGptOss')
const now = new Date()
const date = [now.getFullYear(), now.getMonth() + 1, now.getDate()]
  .map((part) => String(part).padStart(2, '0'))
  .join('-')

const counts = {
  equal: 0,
  'refused by both': 0,
  different: 0,
  'refused here alone': 0,
  'refused there alone': 0,
}
const reasons = new Map()
const shown = []
for (const line of readFileSync(file, 'utf8').trimEnd().split('\n')) {
  const { name, request, builtin_tools: builtinTools } = JSON.parse(line)
  // A setting of the template or of the server, not of a request.
  if (builtinTools !== undefined) continue
  const there = await promptOf(request)
  const here = renderingOf(request)
  const outcome =
    there.tokens === undefined || here.tokens === undefined
      ? there.tokens === here.tokens
        ? 'refused by both'
        : there.tokens === undefined
          ? 'refused there alone'
          : 'refused here alone'
      : String(there.tokens) === String(here.tokens)
        ? 'equal'
        : 'different'
  counts[outcome]++
  const reason = { 'refused there alone': there.text, 'refused here alone': here.text }[outcome]
  if (reason !== undefined) reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
  if (outcome === 'equal' || outcome === 'refused by both' || shown.includes(outcome)) continue
  shown.push(outcome)
  console.log(`${name}: ${outcome}\n- ${there.text}\n+ ${here.text}`)
}
for (const [reason, count] of reasons) console.log(`${count} × ${reason}`)
console.log(
  Object.entries(counts)
    .map(([outcome, count]) => `${count} ${outcome}`)
    .join(', '),
)

async function promptOf(request) {
  const path = dialect === 'vllm' ? '/v1/chat/completions/render' : '/apply-template'
  const response = await fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
  })
  const { prompt, token_ids: tokens, error } = await response.json()
  if (tokens !== undefined) return { tokens, text: JSON.stringify(encoding.decode(tokens)) }
  if (prompt === undefined) return { text: error?.message ?? `status ${response.status}` }
  return { tokens: encoding.encode(prompt, { allowedSpecial: 'all' }), text: JSON.stringify(prompt) }
}

function renderingOf(request) {
  try {
    const { tokens } = renderInDialect(encoding, request, { dialect, date })
    return { tokens, text: JSON.stringify(encoding.decode(tokens)) }
  } catch (error) {
    if (!(error instanceof HarmonyError)) throw error
    return { text: error.message }
  }
}
