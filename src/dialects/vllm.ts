import type { HarmonyEncoding } from '../encoding.js'
import { readSchema } from '../json/index.js'
import { type Message, systemMessage, type TextContent, type ToolDescription } from '../message/index.js'
import {
  bringsFunctionTools,
  type HeaderOrder,
  renderMessage,
  renderOpening,
  TokenCollector,
} from '../render/index.js'
import { DIALECT_TRAITS, type Loss } from './dialect.js'
import { refusedBy } from './refused.js'
import {
  joinedContent,
  readReasoning,
  type StackMessage,
  type StackRequest,
  type StackTool,
} from './stack-request.js'

export interface VllmOptions {
  readonly dialect: 'vllm' | 'vllm-rust'
  readonly date: string
  readonly lose: (path: string, reason: Loss['reason']) => void
}

/** A message of the prompt and the order of its header. */
interface OrderedMessage {
  readonly message: Message
  readonly headerOrder: HeaderOrder
  readonly path: string
}

/**
 * The prompt of vLLM, which builds a conversation of the official library's kind and renders it with oss-harmony.
 *
 * Source: vLLM 0.33.0, `harmony_utils.py` over oss-harmony 0.0.11, and its Rust front end.
 */
export function vllmTokens(encoding: HarmonyEncoding, request: StackRequest, options: VllmOptions): number[] {
  const messages = dropOldReasoning(
    [...openingMessages(request, options), ...turns(request, options)],
    options,
  )
  const conversationHasFunctionTools = messages.some(({ message }) => bringsFunctionTools(message))
  const tokens = new TokenCollector(encoding.tokenizer)
  for (const { message, headerOrder } of messages)
    renderMessage(message, tokens, { headerOrder, conversationHasFunctionTools })
  renderOpening('assistant', tokens)
  return tokens.finish()
}

function* openingMessages(request: StackRequest, { dialect, date }: VllmOptions): Generator<OrderedMessage> {
  const { body, messages, tools } = request
  const effort = body['reasoning_effort'] ?? 'medium'
  if (effort !== 'low' && effort !== 'medium' && effort !== 'high')
    throw refusedBy(dialect, 'reasoning_effort', effort, 'it knows low, medium and high')
  yield ordered(systemMessage({ reasoningEffort: effort, conversationStartDate: date }))

  const first = messages.at(0)
  const instructions = first !== undefined && isInstructions(first) ? joinedContent(first, '') : undefined
  if (tools !== undefined && tools.length > 0) {
    const functions = { name: 'functions', tools: tools.map((tool) => description(tool, dialect)) }
    yield ordered({
      role: 'developer',
      content: [
        {
          type: 'developer_content',
          ...(instructions === undefined || (instructions === '' && dialect === 'vllm-rust')
            ? {}
            : { instructions }),
          tools: { functions },
        },
      ],
    })
  } else if (instructions !== undefined && instructions !== '') {
    yield ordered(developer(instructions))
  }
}

function* turns({ messages }: StackRequest, options: VllmOptions): Generator<OrderedMessage> {
  const { dialect, lose } = options
  const names = new Map<unknown, string>()
  for (const { calls } of messages) for (const { id, name } of calls) names.set(id, name)
  for (const [index, message] of messages.entries()) {
    const { path, role, fields, content } = message
    switch (role) {
      case 'system':
      case 'developer':
        if (index > 0) yield ordered(developer(joinedContent(message, '')), path)
        break
      case 'assistant':
        yield* assistantMessages(message, options)
        break
      case 'tool': {
        const name = names.get(fields['tool_call_id'])
        if (name === undefined) {
          if (dialect === 'vllm-rust')
            throw refusedBy(dialect, `${path}.tool_call_id`, fields['tool_call_id'], 'no call has it')
          lose(path, 'result-name')
        }
        yield {
          message: {
            role: 'tool',
            name: `functions.${name ?? ''}`,
            channel: 'commentary',
            recipient: 'assistant',
            content: joinedContent(message, ''),
          },
          headerOrder: 'channel-first',
          path,
        }
        break
      }
      case 'user':
        yield ordered({ role, content: separateParts(content, dialect) }, path)
        break
      default:
        throw refusedBy(dialect, `${path}.role`, role, 'the role is unknown')
    }
  }
}

function* assistantMessages(
  message: StackMessage,
  { dialect, lose }: VllmOptions,
): Generator<OrderedMessage> {
  const { path, content, calls } = message
  const role = 'assistant'
  const reasoning = readReasoning(message, DIALECT_TRAITS[dialect].reasoningKeys, lose) ?? ''
  const analysis = reasoning === '' ? [] : [ordered({ role, channel: 'analysis', content: reasoning }, path)]
  if (calls.length === 0) {
    yield* analysis
    const parts = separateParts(content, dialect)
    // It looks at the first part alone.
    if ((typeof parts === 'string' ? parts : (parts.at(0)?.text ?? '')) !== '')
      yield ordered({ role, channel: 'final', content: parts }, path)
    else if (content != null) lose(`${path}.content`, 'empty-answer')
    return
  }
  const text = joinedContent(message, '')
  if (text !== '') yield ordered({ role, channel: 'commentary', content: text }, path)
  yield* analysis
  for (const { path: callPath, name, arguments: args } of calls) {
    if (typeof args !== 'string')
      throw refusedBy(dialect, `${callPath}.function.arguments`, args, 'arguments are JSON text')
    yield {
      message: {
        role,
        channel: 'commentary',
        recipient: `functions.${name}`,
        content_type: dialect === 'vllm' ? 'json' : '<|constrain|>json',
        content: args,
      },
      headerOrder: dialect === 'vllm' ? 'recipient-first' : 'channel-first',
      path: callPath,
    }
  }
}

/** Reasoning before the last answer, whichever turn it belongs to. */
function dropOldReasoning(
  messages: readonly OrderedMessage[],
  { lose }: VllmOptions,
): readonly OrderedMessage[] {
  const lastAnswer = messages.findLastIndex(({ message }) => message.channel === 'final')
  return messages.filter(({ message, path }, index) => {
    const isOld = message.channel === 'analysis' && index < lastAnswer
    if (isOld) lose(path, 'old-reasoning')
    return !isOld
  })
}

function ordered(message: Message, path = ''): OrderedMessage {
  return { message, headerOrder: 'recipient-first', path }
}

function developer(instructions: string): Message {
  return { role: 'developer', content: [{ type: 'developer_content', instructions }] }
}

function isInstructions({ role }: StackMessage): boolean {
  return role === 'system' || role === 'developer'
}

/** The Python server has each part tokenized by itself. */
function separateParts(
  content: StackMessage['content'],
  dialect: 'vllm' | 'vllm-rust',
): string | TextContent[] {
  if (content == null || typeof content === 'string') return content ?? ''
  return dialect === 'vllm' ? content.map((text) => ({ type: 'text', text })) : content.join('')
}

function description(
  { path, name, description, parameters }: StackTool,
  dialect: 'vllm' | 'vllm-rust',
): ToolDescription {
  if (description != null && typeof description !== 'string')
    throw refusedBy(dialect, `${path}.function.description`, description, 'a description is a string')
  return {
    name,
    description: description ?? '',
    parameters: readSchema(parameters, `${path}.function.parameters`),
  }
}
