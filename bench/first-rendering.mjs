// Loads the library, encodes one text, and says what its first rendering takes, in milliseconds of processor time.
// Usage: node bench/first-rendering.mjs < CONVERSATION

import { readFileSync } from 'node:fs'
import { loadHarmonyEncoding } from '../dist/index.js'

const conversation = JSON.parse(readFileSync(0, 'utf8'))
const encoding = loadHarmonyEncoding('HarmonyGptOss')
encoding.encode('Hello world')

const processor = process.cpuUsage()
encoding.renderConversationForCompletion(conversation, 'assistant')
const { user, system } = process.cpuUsage(processor)
console.log((user + system) / 1000)
