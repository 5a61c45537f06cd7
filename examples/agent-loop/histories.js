// Ways to make each prefill of a loop: from a transcript, or by rendering the conversation anew. Each prefill is compared with what the engine saw
// before it, the last prefill and the tokens sampled after that: so much of it an engine with a prefix cache need not compute.

import { loadHarmonyEncoding } from 'gpt-oss-harmony'
import { createTranscript } from 'gpt-oss-harmony/transcript'
import { messages, steps } from './script.js'

const encoding = loadHarmonyEncoding('HarmonyGptOss')

export const HISTORIES = {
  transcript: () => fromTranscript({ messages }),
  'transcript, dropping reasoning': () => fromTranscript({ messages, dropAnalysis: 'completed-turns' }),
  'rendered anew': () => renderedAnew({}),
  'rendered anew, channel first': () => renderedAnew({ headerOrder: 'channel-first' }),
}

/** The prefills of the whole loop, each with the length of its cached prefix. */
export function run(openHistory) {
  const history = openHistory()
  return steps.map(({ sampled, append }) => {
    const prefill = history.prefill()
    history.commit(sampled.flatMap((text) => encoding.encode(text, { allowedSpecial: 'all' })))
    if (append !== undefined) history.append(append)
    return prefill
  })
}

function fromTranscript(options) {
  return createTranscript(encoding, options)
}

/** What applications do without a transcript: keep messages, and render all of them for each prefill. */
function renderedAnew(options) {
  const history = [...messages]
  let seen = []
  return {
    prefill() {
      const tokens = encoding.renderConversationForCompletion({ messages: history }, 'assistant', options)
      const firstChange = tokens.findIndex((token, i) => token !== seen[i])
      seen = tokens
      return { tokens, cachedPrefixLength: firstChange === -1 ? tokens.length : firstChange }
    },
    commit(sampled) {
      seen = [...seen, ...sampled]
      history.push(...encoding.parseMessagesFromCompletionTokens(sampled, 'assistant'))
    },
    append(message) {
      history.push(message)
    },
  }
}
