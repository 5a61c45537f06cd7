// Answers the oracle's questions with this package, in the oracle's words.

import { HarmonyError, StreamableParser } from '../../dist/index.js'

export function answer(encoding, item) {
  try {
    return KINDS[item.kind](encoding, item)
  } catch (error) {
    if (error instanceof HarmonyError) return { error: `${error.code}: ${error.message}` }
    throw error
  }
}

const KINDS = {
  render(encoding, { conversation, mode, next_role, auto_drop_analysis }) {
    const options = auto_drop_analysis === undefined ? {} : { autoDropAnalysis: auto_drop_analysis }
    if (mode === 'completion') return { tokens: encoding.renderConversationForCompletion(conversation, next_role, options) }
    if (mode === 'training') return { tokens: encoding.renderConversationForTraining(conversation, options) }
    return { tokens: encoding.renderConversation(conversation, options) }
  },
  render_message(encoding, { message, conversation_has_function_tools = false }) {
    return { tokens: encoding.render(message, { conversationHasFunctionTools: conversation_has_function_tools }) }
  },
  encode(encoding, { text, allowed_special, disallowed_special }) {
    const options = {
      ...(allowed_special !== undefined && { allowedSpecial: allowed_special }),
      ...(disallowed_special !== undefined && { disallowedSpecial: disallowed_special }),
    }
    return { tokens: encoding.encode(text, options) }
  },
  decode(encoding, { tokens }) {
    return { text: encoding.decode(tokens), bytes: [...encoding.decodeBytes(tokens)], utf8: orNull(() => encoding.decodeUtf8(tokens)) }
  },
  parse(encoding, { tokens, role, strict }) {
    const parser = new StreamableParser(encoding, role, { strict })
    const steps = [...tokens, null].map((token) => {
      const raised = orNull(() => (token === null ? parser.processEos() : parser.process(token))) === null
      return [
        parser.state,
        parser.currentRole,
        parser.currentChannel,
        parser.currentRecipient,
        parser.currentContentType,
        parser.currentContent,
        parser.lastContentDelta,
        parser.messages.length,
        raised,
      ]
    })
    return {
      messages: orNull(() => encoding.parseMessagesFromCompletionTokens(tokens, role, { strict })),
      steps,
      streamed: parser.messages,
    }
  },
}

function orNull(run) {
  try {
    return run()
  } catch (error) {
    if (error instanceof HarmonyError) return null
    throw error
  }
}
