import { checkedObject, type UncheckedObject } from '../openai/index.js'
import { invalidLine } from './lines.js'

export const LINE_KINDS = ['conversation', 'chat', 'batch'] as const

/** What a line can be: a Harmony conversation, a Chat Completions body, or a line of OpenAI's batch files around such a body. */
export type LineKind = (typeof LINE_KINDS)[number]

/** A line's JSON, sorted. */
export interface ReadLine {
  readonly kind: LineKind
  /** The conversation, or the body. */
  readonly body: UncheckedObject
  /** Where settings may stand, first choice first: the body, and the line around it. */
  readonly places: readonly UncheckedObject[]
}

/** @throws HarmonyError `invalid-line` for what is none of the kinds, or not the one wanted */
export function readLine(line: UncheckedObject, wanted?: LineKind): ReadLine {
  const kind = wanted ?? kindOf(line)
  if (kind !== 'batch') {
    if (!Array.isArray(line['messages'])) throw invalidLine(line, 'messages')
    if (kind === 'conversation') refuseChatMessages(line['messages'])
    return { kind, body: line, places: [line] }
  }
  if (line['body'] === undefined) throw invalidLine(line, 'a batch line with a body')
  const url = line['url']
  if (url != null && !(typeof url === 'string' && url.endsWith('/chat/completions')))
    throw invalidLine(url, 'the url /v1/chat/completions')
  const body = checkedObject(line['body'], 'body')
  return { kind, body, places: [body, line] }
}

function kindOf(line: UncheckedObject): LineKind {
  if (line['body'] !== undefined) return 'batch'
  const messages: unknown = line['messages']
  if (!Array.isArray(messages))
    throw invalidLine(
      line,
      'a conversation or a Chat Completions body with messages, or a batch line with a body',
    )
  if (messages.some((message) => chatKeyOf(message) !== undefined)) return 'chat'
  return messages.some(isHarmonyMessage) ? 'conversation' : 'chat'
}

/** A key that only messages of Chat Completions have. */
function chatKeyOf(message: unknown): string | undefined {
  if (typeof message !== 'object' || message === null) return undefined
  return CHAT_MESSAGE_KEYS.find((key) => (message as UncheckedObject)[key] != null)
}

const CHAT_MESSAGE_KEYS = [
  'tool_calls',
  'tool_call_id',
  'reasoning',
  'reasoning_content',
  'reasoning_details',
  'thinking',
  'refusal',
] as const

/** The place of something that only Chat Completions bodies, or lines with settings, have, such as `messages[1].tool_calls`. */
export function chatKeyIn(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const body = value as UncheckedObject
  const key = CHAT_BODY_KEYS.find((candidate) => body[candidate] != null)
  if (key !== undefined) return key
  const messages: readonly unknown[] = Array.isArray(body['messages']) ? body['messages'] : []
  const index = messages.findIndex((message) => chatKeyOf(message) !== undefined)
  return index === -1 ? undefined : `messages[${index}].${chatKeyOf(messages[index])}`
}

const CHAT_BODY_KEYS = [
  'body',
  'model',
  'tools',
  'builtin_tools',
  'tool_choice',
  'response_format',
  'reasoning_effort',
  'chat_template_kwargs',
] as const

/** Rendered as Harmony's, such messages would lose what these keys hold. */
function refuseChatMessages(messages: readonly unknown[]): void {
  messages.forEach((message, index) => {
    const key = chatKeyOf(message)
    if (key !== undefined)
      throw invalidLine(
        (message as UncheckedObject)[key],
        `no ${key} in messages[${index}]: Harmony has a message of its own for it; from chat reads Chat messages`,
      )
  })
}

/** Whether a message has what only Harmony's have. Bare roles and texts are read as Chat's, which are far more common. */
function isHarmonyMessage(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  if ('channel' in value || 'recipient' in value || 'content_type' in value) return true
  const { role, name, tool_call_id: callId, content } = value as UncheckedObject
  if (role === 'tool' && name != null && callId == null) return true
  return (
    Array.isArray(content) &&
    content.some((part: unknown) => HARMONY_PARTS.has((part as UncheckedObject | null)?.['type']))
  )
}

const HARMONY_PARTS: ReadonlySet<unknown> = new Set(['system_content', 'developer_content'])
