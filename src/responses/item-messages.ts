import type { HarmonyEncoding } from '../encoding.js'
import { HarmonyError, quote } from '../errors.js'
import type { Message } from '../message/index.js'
import {
  type AssistantMarkup,
  customToolArguments,
  invalidRequest,
  readAssistantMarkup,
} from '../openai/index.js'
import type { CallTargets } from './call-target.js'
import type { InputItem } from './input-items.js'
import type { PromptNames } from './prompt-names.js'
import { restoreSampled, type SampledMessage } from './sampled-item.js'

/** A message of the prompt. */
export interface PromptMessage {
  readonly message: Message
  /** The tokens that were sampled for it, if they are known. */
  readonly tokens?: readonly number[]
  /** Whether it goes once a later answer has closed its turn: reasoning, and what was looked up for it. */
  readonly isReasoning: boolean
}

/** A call to an MCP server that the user has approved, and that has to run before the model goes on. */
export interface ApprovedCall {
  readonly approvalRequestId: string
  readonly serverLabel: string
  readonly name: string
  readonly arguments: string
  /** The call's recipient in the prompt, to which the tool message answers. */
  readonly recipient: string
}

export interface MessageMapping {
  readonly encoding: () => HarmonyEncoding
  readonly names: PromptNames
  readonly callTargets: CallTargets
  /** The content type of calls. */
  readonly contentType: string
  readonly assistantMarkup: AssistantMarkup
}

export interface MappedItems {
  readonly messages: readonly PromptMessage[]
  readonly approvedCalls: readonly ApprovedCall[]
}

/**
 * Returns the messages of Harmony that stand for the items.
 *
 * @throws HarmonyError `unknown-tool-call` for an output without its call, `invalid-request` for an `encrypted_content`
 *   that is none, and for approvals that miss their other half
 */
export function messagesOf(items: readonly InputItem[], mapping: MessageMapping): MappedItems {
  const approvals = readApprovals(items)
  const recipients = new Map<string, string>()
  const messages: PromptMessage[] = []
  for (const item of items) {
    // A call that ran after its approval is there as `mcp_call`.
    if (item.type === 'mcp_approval_request' && approvals.done.has(item.id)) continue
    const sampled = restored(item, approvals, mapping)
    if (item.type === 'function_call' || item.type === 'custom_tool_call') {
      const recipient = sampled?.[0].message.recipient ?? mapping.names.recipientOf(item.name, item.namespace)
      recipients.set(item.callId, recipient)
    }
    const isReasoning = REASONING_ITEMS.has(item.type)
    const own = sampled?.map((message): PromptMessage => ({ ...message, isReasoning })) ?? []
    const isWhole = own.length === 2 || (own.length === 1 && !ANSWERED_ITEMS.has(item.type))
    // The sampled call stays as it is; an answer that was not sealed with it follows.
    const rendered = isWhole ? [] : renderedItem(item, recipients, approvals, mapping).slice(own.length)
    for (const message of [...own, ...rendered]) messages.push(message)
  }
  return { messages, approvedCalls: approvals.pending(mapping.names) }
}

/** What goes once a later answer has closed the turn. */
const REASONING_ITEMS: ReadonlySet<InputItem['type']> = new Set([
  'reasoning',
  'web_search_call',
  'code_interpreter_call',
])

/** The items that stand for a call and the tool message that answers it. */
const ANSWERED_ITEMS: ReadonlySet<InputItem['type']> = new Set([
  'code_interpreter_call',
  'mcp_call',
  'mcp_approval_request',
])

/** The sampled messages of an item. Those of a call that ran after its approval are sealed in the request for it. */
function restored(
  item: InputItem,
  approvals: Approvals,
  { encoding, callTargets }: MessageMapping,
): readonly SampledMessage[] | undefined {
  const request = item.type === 'mcp_call' ? approvals.requestOf(item) : undefined
  const { sealed, path } = item.sealed === undefined && request !== undefined ? request : item
  return sealed === undefined ? undefined : restoreSampled(encoding(), { ...item, sealed, path }, callTargets)
}

function renderedItem(
  item: InputItem,
  recipients: ReadonlyMap<string, string>,
  approvals: Approvals,
  mapping: MessageMapping,
): readonly PromptMessage[] {
  const { names, contentType } = mapping
  switch (item.type) {
    case 'message':
      return renderedMessage(item, mapping)
    case 'reasoning':
      if (item.text === '') return []
      return [{ message: { role: 'assistant', content: item.text, channel: 'analysis' }, isReasoning: true }]
    case 'function_call':
      return [call(names.recipientOf(item.name, item.namespace), item.content, contentType)]
    case 'custom_tool_call': {
      const content = customToolArguments(item.content)
      return [call(names.recipientOf(item.name, item.namespace), content, contentType)]
    }
    case 'call_output': {
      const recipient = recipients.get(item.callId)
      if (recipient === undefined) throw unknownToolCall(item.callId, `${item.path}.call_id`)
      return [answer(recipient, item.output)]
    }
    case 'web_search_call':
      return [hosted(`browser.${item.method}`, item.content)]
    case 'code_interpreter_call':
      return [
        hosted('python', item.code),
        ...(item.output === undefined ? [] : [answer('python', item.output, 'analysis')]),
      ]
    case 'mcp_call': {
      const recipient = names.recipientOf(item.name, item.label)
      return [call(recipient, item.content, contentType), answer(recipient, item.output)]
    }
    case 'mcp_approval_request': {
      const recipient = names.recipientOf(item.name, item.label)
      const denial = approvals.denialOf(item)
      return [
        call(recipient, item.content, contentType),
        ...(denial === undefined ? [] : [answer(recipient, denial)]),
      ]
    }
    case 'mcp_list_tools':
    case 'mcp_approval_response':
      return []
  }
}

function renderedMessage(
  item: InputItem & { readonly type: 'message' },
  { assistantMarkup }: MessageMapping,
): readonly PromptMessage[] {
  const { role, text } = item
  if (role === 'user') return [{ message: { role, content: text }, isReasoning: false }]
  if (role === 'developer') return [{ message: developerMessageOf(text), isReasoning: false }]
  const read = readAssistantMarkup(text, `${item.path}.content`, assistantMarkup)
  if (read !== undefined)
    return read.map((message) => ({ message, isReasoning: message.channel === 'analysis' }))
  const channel = item.phase === 'commentary' ? 'commentary' : 'final'
  return [{ message: { role, content: text, channel }, isReasoning: false }]
}

function developerMessageOf(instructions: string): Message {
  return { role: 'developer', content: [{ type: 'developer_content', instructions }] }
}

function call(recipient: string, content: string, contentType: string): PromptMessage {
  const message: Message = {
    role: 'assistant',
    recipient,
    content,
    channel: 'commentary',
    content_type: contentType,
  }
  return { message, isReasoning: false }
}

/** A call to a hosted tool, as the model writes it: in its reasoning. */
function hosted(recipient: string, content: string): PromptMessage {
  const message: Message = {
    role: 'assistant',
    recipient,
    content,
    channel: 'analysis',
    content_type: 'code',
  }
  return { message, isReasoning: true }
}

function answer(name: string, content: string, channel = 'commentary'): PromptMessage {
  return {
    message: { role: 'tool', name, recipient: 'assistant', content, channel },
    isReasoning: channel === 'analysis',
  }
}

function unknownToolCall(id: string, path: string): HarmonyError {
  const evidence = quote(id)
  return new HarmonyError(
    'unknown-tool-call',
    `request: ${path} is ${evidence}, wanted the call_id of a call before it`,
    { path, evidence },
  )
}

type ApprovalRequest = InputItem & { readonly type: 'mcp_approval_request' }

interface Approvals {
  /** The ids of the requests whose calls have run. */
  readonly done: ReadonlySet<string>
  /** The request that a call ran after. */
  requestOf(call: InputItem & { readonly type: 'mcp_call' }): ApprovalRequest | undefined
  /** What the model is told if the user said no; `undefined` if the call may run. */
  denialOf(request: ApprovalRequest): string | undefined
  /** The calls that the user has approved and that have not run. */
  pending(names: PromptNames): readonly ApprovedCall[]
}

/** Matches requests for approval with the user's responses. */
function readApprovals(items: readonly InputItem[]): Approvals {
  const requests = items.filter((item) => item.type === 'mcp_approval_request')
  // Reversed, because the first of equal ids counts.
  const requestsById = new Map(requests.map((request) => [request.id, request] as const).reverse())
  const responses = new Map(
    items.flatMap((item) => (item.type === 'mcp_approval_response' ? [[item.requestId, item]] : [])),
  )
  const done = new Set(
    items
      .flatMap((item) => (item.type === 'mcp_call' ? [item.approvalRequestId] : []))
      .filter((id) => id !== undefined),
  )
  for (const { requestId, path } of responses.values())
    if (!requestsById.has(requestId))
      throw invalidRequest(
        `${path}.approval_request_id`,
        requestId,
        'the id of an mcp_approval_request before it',
      )
  for (const { id, path } of requests)
    if (!responses.has(id) && !done.has(id))
      throw invalidRequest(path, id, 'an mcp_approval_response to it in the input')

  return {
    done,
    requestOf: ({ approvalRequestId }) =>
      approvalRequestId === undefined ? undefined : requestsById.get(approvalRequestId),
    denialOf({ id }) {
      const response = responses.get(id)
      if (response === undefined || response.approve) return undefined
      const { reason } = response
      return `The user denied the call${reason === undefined || reason === '' ? '.' : `: ${reason}`}`
    },
    pending: (names) =>
      requests
        .filter(({ id }) => responses.get(id)?.approve === true && !done.has(id))
        .map(({ id, label, name, content }) => ({
          approvalRequestId: id,
          serverLabel: label,
          name,
          arguments: content,
          recipient: names.recipientOf(name, label),
        })),
  }
}
