import type {
  LanguageModelV3Message,
  LanguageModelV3Prompt,
  LanguageModelV3ToolResultOutput,
} from '@ai-sdk/provider'
import type { ChatRequestMessage } from '../chat/index.js'
import { HarmonyError } from '../errors.js'

type AssistantMessage = Extract<LanguageModelV3Message, { role: 'assistant' }>

/**
 * Returns a prompt of the AI SDK as messages of Chat Completions.
 *
 * @throws HarmonyError `unsupported-content` for files
 */
export function toChatMessages(prompt: LanguageModelV3Prompt): ChatRequestMessage[] {
  return prompt.flatMap((message, index) => {
    const path = `prompt[${index}]`
    switch (message.role) {
      case 'system':
        return { role: 'system', content: message.content }
      case 'user':
        return { role: 'user', content: textOf(message.content, path) }
      case 'assistant':
        return [assistantMessage(message, path), ...toolMessages(message.content)]
      case 'tool':
        return toolMessages(message.content)
      default:
        return message satisfies never
    }
  })
}

/** A user's text, its parts joined. */
export function textOf(
  parts: Extract<LanguageModelV3Message, { role: 'user' }>['content'],
  path: string,
): string {
  return parts
    .map((part, index) => (part.type === 'text' ? part.text : refuse(part, `${path}.content[${index}]`)))
    .join('')
}

function assistantMessage({ content }: AssistantMessage, path: string): ChatRequestMessage {
  const texts: string[] = []
  const reasoning: string[] = []
  const calls: unknown[] = []
  content.forEach((part, index) => {
    if (part.type === 'text') texts.push(part.text)
    else if (part.type === 'reasoning') reasoning.push(part.text)
    else if (part.type === 'tool-call')
      calls.push({
        id: part.toolCallId,
        type: 'function',
        function: { name: part.toolName, arguments: argumentsOf(part.input) },
      })
    else if (part.type === 'file') refuse(part, `${path}.content[${index}]`)
  })
  return {
    role: 'assistant',
    content: texts.length === 0 ? null : texts.join('\n'),
    ...(reasoning.length > 0 && { reasoning: reasoning.join('\n') }),
    ...(calls.length > 0 && { tool_calls: calls }),
  }
}

/** A call's arguments as text. */
export function argumentsOf(input: unknown): string {
  return typeof input === 'string' ? input : JSON.stringify(input ?? {})
}

function toolMessages(parts: readonly { readonly type: string }[]): ChatRequestMessage[] {
  return toolResults(parts).map(({ toolCallId, text }) => ({
    role: 'tool',
    tool_call_id: toolCallId,
    content: text,
  }))
}

export interface ToolResult {
  readonly toolCallId: string
  readonly toolName: string
  readonly text: string
}

/** The results among a message's parts. Answers to approvals say nothing to the model. */
export function toolResults(parts: readonly { readonly type: string }[]): ToolResult[] {
  return (parts as Extract<LanguageModelV3Message, { role: 'tool' }>['content']).flatMap((part) =>
    part.type === 'tool-result'
      ? [{ toolCallId: part.toolCallId, toolName: part.toolName, text: outputText(part.output) }]
      : [],
  )
}

/** What the model reads of a tool's output. */
function outputText(output: LanguageModelV3ToolResultOutput): string {
  switch (output.type) {
    case 'text':
    case 'error-text':
      return output.value
    case 'json':
    case 'error-json':
      return JSON.stringify(output.value)
    case 'execution-denied':
      return output.reason ?? 'The user did not allow this call.'
    case 'content':
      return output.value
        .map((item) => (item.type === 'text' ? item.text : refuse(item, 'a tool result')))
        .join('\n')
    default:
      return output satisfies never
  }
}

function refuse(part: { readonly type: string }, path: string): never {
  throw new HarmonyError(
    'unsupported-content',
    `${path}: found a part of type "${part.type}", wanted text: gpt-oss reads nothing else`,
    {
      path,
    },
  )
}
