// What this library is for, in one run: a conversation becomes the token ids that an engine samples from, and the sampled token ids become
// messages again, channel by channel, while they arrive. `npm start` runs it.

import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import colors from 'picocolors'
import { loadHarmonyEncoding, parseConversation, SPECIAL_TOKENS, StreamableParser } from 'gpt-oss-harmony'
import { openColumn } from './column.js'

const CHANNEL_COLORS = { analysis: colors.dim, commentary: colors.yellow, final: colors.green }
/** As if a model were at work; a pipe gets everything at once. */
const TOKEN_DELAY = process.stdout.isTTY ? 12 : 0

// A reader that has seen enough, such as `head`, ends the run.
process.stdout.on('error', (error) => process.exit(error.code === 'EPIPE' ? 0 : 1))

const encoding = loadHarmonyEncoding('HarmonyGptOss')

heading('The conversation, as prompt for an engine: fixtures/example/conversation.json')
const conversation = parseConversation(readExample('conversation.json'))
const prefill = encoding.renderConversationForCompletion(conversation, 'assistant')
const stopTokens = encoding.stopTokensForAssistantActions()
print(
  `  ${conversation.messages.map((message) => message.role).join(', ')} and the assistant's <|start|>: ${prefill.length} tokens\n\n`,
)
const text = openColumn(print)
// A token may hold a part of a character.
const utf8 = new TextDecoder()
for (const id of prefill) {
  const spelling = utf8.decode(encoding.decodeBytes([id]), { stream: true })
  text.write(spelling, encoding.isSpecialToken(id) ? colors.magenta : undefined)
  if (id === SPECIAL_TOKENS.END) text.write('\n')
}
print('\n\n')
const ids = openColumn(print)
ids.write(colors.dim('prompt_token_ids '))
for (const id of prefill) ids.write(` ${id}`)
ids.write('\n')
ids.write(`${colors.dim('stop_token_ids   ')} ${stopTokens.join(' ')}\n`)

heading('The completion, as the tokens arrive: fixtures/example/completion.json')
const { tokens: sampled } = JSON.parse(readExample('completion.json'))
const parser = new StreamableParser(encoding, 'assistant')
let content
for (const token of sampled) {
  parser.process(token)
  if (parser.state === 'Content' && content === undefined) {
    print(`  ${describeHeader(parser)}\n`)
    content = openColumn(print, CHANNEL_COLORS[parser.currentChannel])
  }
  if (parser.lastContentDelta !== null) content.write(parser.lastContentDelta)
  if (parser.state === 'ExpectStart') {
    content.write('\n')
    content = undefined
  }
  if (TOKEN_DELAY > 0) await sleep(TOKEN_DELAY)
}
parser.processEos()

print(`\n  ${parser.messages.length} messages read from ${sampled.length} tokens.\n`)

heading('Next')
print('  npx gpt-oss-harmony render fixtures/example/conversation.json --format text\n')
print('  npx gpt-oss-harmony inspect fixtures/example/completion.json --ids\n')
print('  README.md has the same in ten lines of code.\n\n')

/** Who speaks, on which channel, to whom, in which form. */
function describeHeader({ currentChannel, currentRecipient, currentContentType, currentRole }) {
  const channel = CHANNEL_COLORS[currentChannel](currentChannel)
  const recipient = currentRecipient === null ? '' : ` to ${colors.cyan(currentRecipient)}`
  const contentType = currentContentType === null ? '' : ` as ${currentContentType}`
  return `${colors.bold(currentRole)} on ${channel}${recipient}${contentType}`
}

function heading(text) {
  print(`\n${colors.bold(text)}\n\n`)
}

function readExample(name) {
  return readFileSync(new URL(`../../fixtures/example/${name}`, import.meta.url), 'utf8')
}

function print(text) {
  process.stdout.write(text)
}
