// A turn with a browser, a function and an answer, run to its end. `node examples/turn/main.js` runs it against the built
// package. The model's part is replayed; put `vllmEngine` or another engine in its place.

import { developerMessage, loadHarmonyEncoding, systemMessage } from 'gpt-oss-harmony'
import { createTranscript } from 'gpt-oss-harmony/transcript'
import { replayEngine } from 'gpt-oss-harmony/engines'
import { runTurn } from 'gpt-oss-harmony/generate'
import { createBrowser, createToolSet } from 'gpt-oss-harmony/tools'
import { completions, pages } from './script.js'

const browser = createBrowser({
  search: () =>
    Object.entries(pages).map(([url, { title, text }]) => ({ url, title, text: text.slice(0, 60) })),
  fetch: (url) => pages[url] ?? Promise.reject(new Error(`${url}: not found`)),
})
const convert = {
  name: 'to_fahrenheit',
  description: 'Converts degrees.',
  parameters: { type: 'object', properties: { celsius: { type: 'number' } }, required: ['celsius'] },
  execute: ({ celsius }) => celsius * 1.8 + 32,
}
const tools = createToolSet([browser, convert])

const transcript = createTranscript(loadHarmonyEncoding('HarmonyGptOss'), {
  messages: [
    systemMessage({ tools: tools.builtins }),
    developerMessage({ instructions: 'Cite your sources.', tools: tools.namespaces }),
    { role: 'user', content: 'How warm is it in Rome, in Fahrenheit?' },
  ],
})

const run = runTurn({ engine: replayEngine(completions), transcript, tools })
for await (const event of run) {
  if (event.type === 'message-end') console.log(`${event.kind}: ${event.message.content}`)
  if (event.type === 'tool-end') console.log(`  ${event.output.text.replaceAll('\n', '\n  ')}`)
}

const { action, usage } = await run.result()
const { generations, toolCalls, promptTokens, sampled } = usage
console.log(`\n${action} after ${generations} generations and ${toolCalls} calls`)
console.log(`${promptTokens} prompt tokens, ${sampled.total} sampled`)
console.log(`【1†L0】 is ${browser.pageOf(1)?.url}`)
