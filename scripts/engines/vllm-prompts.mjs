// Compares vLLM's prompt of a Chat request with that of `fromChatRequest`.
//
//   node scripts/engines/vllm-prompts.mjs URL MODEL FILE
//
// FILE holds requests as scripts/dialects/generate.py (`--seed 70000 --count 1000`) or sdk_bodies.py there writes them.
// vLLM (with `--enable-scale-out`) renders each at /v1/chat/completions/render. Where the prompts differ, the steps below
// are taken one after another, each of which does one thing as vLLM does it, and those that change the prompt are counted.
// If the texts are not equal after the last one, the request is printed, and the exit code is 1. Needs `npm run build`.
import { readFileSync } from 'node:fs'
import { HarmonyError, loadHarmonyEncoding, SPECIAL_TOKENS } from '../../dist/index.js'
import { fromChatRequest, renderChatRequest } from '../../dist/chat/index.js'

const [url, model, file] = process.argv.slice(2)
const encoding = loadHarmonyEncoding('HarmonyGptOss')
const conversationStartDate = new Date().toLocaleDateString('sv')

/** What vLLM reads of a request. */
const REQUEST_STEPS = [
  {
    says: '`tool_choice` changes the prompt here (no tools, an opened call), and only the sampling there',
    step: ({ tool_choice, ...request }) => request,
  },
  {
    says: '`response_format` with a schema is a section of the prompt here, and only limits the sampling there',
    step: ({ response_format, ...request }) => request,
  },
  {
    says: 'reasoning under `thinking` is read here, not there',
    step: (request) => ({
      ...request,
      messages: request.messages.map(({ thinking, ...message }) => message),
    }),
  },
]

const CALL = /^<\|start\|>assistant to=/
const REASONING = '<|start|>assistant<|channel|>analysis<|message|>'
const PREAMBLE = '<|start|>assistant<|channel|>commentary<|message|>'

/** What vLLM makes of the messages, given as texts. */
const PROMPT_STEPS = [
  {
    says: "names of tools are changed into TypeScript's here, stand as they are there",
    step: (messages, { tools = [] }) => {
      const names = tools.map((tool) => tool.function.name).filter((name) => /\W/.test(name))
      return messages.map((text) =>
        names.reduce((renamed, name) => {
          const here = name.replaceAll(/\W/g, '_')
          return renamed
            .replaceAll(`\ntype ${here} = (`, `\ntype ${name} = (`)
            .replace(`<|start|>functions.${here} to=`, `<|start|>functions.${name} to=`)
            .replace(`<|start|>assistant to=functions.${here}<`, `<|start|>assistant to=functions.${name}<`)
        }, text),
      )
    },
  },
  {
    says: 'empty instructions before tools leave nothing here, the heading `# Instructions` there',
    step: (messages, { messages: [{ role, content }] }) =>
      role !== 'user' && content === ''
        ? messages.map((text) =>
            text.replace(/^(<\|start\|>developer<\|message\|>)(?=# Tools)/, '$1# Instructions\n\n\n\n'),
          )
        : messages,
  },
  {
    says: 'the content type of calls is `<|constrain|>json` here, as the model samples it, `json` there',
    step: (messages) =>
      messages.map((text) => (CALL.test(text) ? text.replace(' <|constrain|>json', ' json') : text)),
  },
  {
    says: "the recipient of a tool's result stands before its channel here, as in the official library, behind it there",
    step: (messages) =>
      messages.map((text) =>
        text.replace(
          /^(<\|start\|>functions\.[\w.-]+) to=assistant(<\|channel\|>commentary)/,
          '$1$2 to=assistant',
        ),
      ),
  },
  {
    says: "a user's name stands in the header here, is left out there",
    step: (messages) => messages.map((text) => text.replace(/^<\|start\|>user:[^<]+/, '<|start|>user')),
  },
  {
    says: 'text beside calls follows the reasoning here, stands before it there',
    step: (messages) => {
      const moved = [...messages]
      for (let index = 2; index < moved.length; index++) {
        const [first, second, call] = moved.slice(index - 2, index + 1)
        const isSwapped = first.startsWith(REASONING) && second.startsWith(PREAMBLE) && CALL.test(call)
        if (isSwapped) moved.splice(index - 2, 2, second, first)
      }
      return moved
    },
  },
]

const counts = new Map()
const count = (what) => counts.set(what, (counts.get(what) ?? 0) + 1)
for (const line of readFileSync(file, 'utf8').trimEnd().split('\n')) {
  const { name, request } = JSON.parse(line)
  const there = await promptThere(request)
  const here = promptHere(request)
  if (there.refusal !== undefined || here.refusal !== undefined) {
    if (there.refusal !== undefined) count(`refused there: ${there.refusal}`)
    if (here.refusal !== undefined) count(`refused here: ${here.refusal}`)
  } else if (String(here.tokens) === String(there.tokens)) count('equal')
  else explain(name, request, messagesOf(there.tokens))
}
for (const [what, number] of counts) console.log(`${number} × ${what}`)

function explain(name, request, wanted) {
  count('different')
  let body = request
  let messages = messagesOf(promptHere(body).tokens)
  if (messages.join('') === wanted.join(''))
    return count('the same text, whose parts are encoded one by one there')
  const take = (says, next) => {
    if (next.join('') !== messages.join('')) count(says)
    messages = next
  }
  for (const { says, step } of REQUEST_STEPS) {
    body = step(body)
    take(says, messagesOf(promptHere(body).tokens))
  }
  for (const { says, step } of PROMPT_STEPS) take(says, step(messages, request))
  if (messages.join('') === wanted.join('')) return
  count('UNEXPLAINED')
  process.exitCode = 1
  const at = wanted.findIndex((text, index) => text !== messages[index])
  console.log(`${name}\n- ${JSON.stringify(wanted[at])}\n+ ${JSON.stringify(messages[at])}`)
}

async function promptThere(request) {
  const response = await fetch(`${url}/v1/chat/completions/render`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...request, model }),
  })
  const { token_ids: tokens, error } = await response.json()
  return tokens === undefined ? { refusal: error?.message ?? `status ${response.status}` } : { tokens }
}

function promptHere(request) {
  try {
    const chat = fromChatRequest(request, { assistantMarkup: 'text', conversationStartDate })
    return { tokens: renderChatRequest(encoding, chat) }
  } catch (error) {
    if (!(error instanceof HarmonyError)) throw error
    return { refusal: error.message.replaceAll(/\d+/g, 'N') }
  }
}

/** The texts of a prompt's messages. */
function messagesOf(tokens) {
  const starts = [...tokens.keys()].filter((index) => tokens[index] === SPECIAL_TOKENS.START)
  return starts.map((start, index) => encoding.decode(tokens.slice(start, starts[index + 1])))
}
