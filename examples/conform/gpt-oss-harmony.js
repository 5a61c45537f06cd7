// This package's answers to the conformance vectors:
//   harmony conform --command 'node examples/conform/gpt-oss-harmony.js'

import { createInterface } from 'node:readline'
import { createParser, HarmonyError, loadHarmonyEncoding, parseTokens } from 'gpt-oss-harmony'

const encoding = loadHarmonyEncoding('HarmonyGptOss')

for await (const line of createInterface({ input: process.stdin })) {
  const { id, group, input } = JSON.parse(line)
  console.log(JSON.stringify({ id, ...answer(group, input) }))
}

function answer(group, input) {
  try {
    switch (group) {
      case 'official':
        return {
          messages: encoding.parseMessagesFromCompletionTokens(input.tokens, input.role, {
            strict: input.strict,
          }),
        }
      case 'recovery':
      case 'utf8':
        return parseTokens(encoding, input.tokens, input)
      case 'streaming':
        return { states: visibleStates(input) }
      case 'rendering':
        return { tokens: render(input) }
      default:
        return { unsupported: true }
    }
  } catch (error) {
    if (error instanceof HarmonyError) return { error: error.message }
    throw error
  }
}

/** What is visible after each token and after the end, from the parser's events. */
function visibleStates({ tokens, role }) {
  let header = {}
  let delta = ''
  let messages = 0
  const parser = createParser(encoding, {
    role,
    onEvent(event) {
      if (event.type === 'message-start') header = event.header
      if (event.type === 'content-delta') delta += event.delta
      if (event.type === 'message-end') [header, delta, messages] = [{}, '', messages + 1]
    },
  })
  const look = () => {
    const state = { ...header, delta, messages }
    delta = ''
    return state
  }
  const states = tokens.map((token) => {
    parser.push(token)
    return look()
  })
  parser.end()
  return [...states, look()]
}

function render({ conversation, mode, next_role, auto_drop_analysis = true }) {
  const options = { autoDropAnalysis: auto_drop_analysis }
  if (mode === 'completion') return encoding.renderConversationForCompletion(conversation, next_role, options)
  if (mode === 'training') return encoding.renderConversationForTraining(conversation, options)
  return encoding.renderConversation(conversation, options)
}
