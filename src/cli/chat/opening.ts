import { developerMessage, type Message, type ReasoningEffort, systemMessage } from '../../message/index.js'
import type { ToolSet } from '../../tools/index.js'
import type { Transcript } from '../../transcript/index.js'
import { WrongUsage } from '../failure.js'

/** What a conversation begins with. */
export interface Opening {
  readonly instructions?: string | undefined
  readonly reasoningEffort?: Lowercase<ReasoningEffort> | undefined
}

/** Returns the messages of a new conversation. */
export function openingMessages(tools: ToolSet, { instructions, reasoningEffort }: Opening): Message[] {
  // Swedish dates are YYYY-MM-DD.
  const today = new Date().toLocaleDateString('sv-SE')
  return [
    systemMessage({ reasoningEffort, conversationStartDate: today }),
    ...developerMessages(tools, instructions),
  ]
}

/**
 * Returns the developer message that a resumed conversation lacks, if its tools or instructions are others now.
 *
 * @throws WrongUsage for another effort: the conversation's first message holds it, which does not change
 */
export function newDeveloperMessages(
  transcript: Transcript,
  tools: ToolSet,
  { instructions, reasoningEffort }: Opening,
): Message[] {
  let effort: string | undefined
  let last: { readonly instructions?: string | null | undefined; readonly tools?: unknown } = {}
  for (const { content } of transcript.toConversation().messages) {
    for (const part of typeof content === 'string' ? [] : content) {
      if (part.type === 'system_content') effort = part.reasoning_effort?.toLowerCase()
      if (part.type === 'developer_content') last = part
    }
  }
  if (reasoningEffort !== undefined && reasoningEffort !== effort)
    throw new WrongUsage(`--reasoning-effort: the conversation has ${effort ?? 'none'}, which stays`)
  if (instructions === undefined && tools.namespaces.length === 0) return []
  const messages = developerMessages(tools, instructions ?? last.instructions ?? undefined)
  return messages.filter(({ content }) => JSON.stringify(content) !== JSON.stringify([last]))
}

function developerMessages(tools: ToolSet, instructions: string | undefined): Message[] {
  if (instructions === undefined && tools.namespaces.length === 0) return []
  return [developerMessage({ instructions, tools: tools.namespaces })]
}
