import type {
  AssistantMessageItem,
  FunctionCallItem,
  HostedToolCallItem,
  ReasoningItem,
} from '@openai/agents'
import type { ResponseItem } from '../responses/index.js'

export type OutputItem = AssistantMessageItem | FunctionCallItem | HostedToolCallItem | ReasoningItem

/** Returns an item of a response as the Agents SDK has it. Its sealed tokens go into `providerData`. */
export function toOutputItem(item: ResponseItem): OutputItem {
  switch (item.type) {
    case 'message': {
      const { id, type, role, status, phase, content, ...providerData } = item
      const parts = content.map(({ type, text, ...rest }) => ({ type, text, providerData: rest }))
      return { id, type, role, status, phase, content: parts, providerData }
    }
    case 'reasoning': {
      const { id, type, content, summary, ...providerData } = item
      return { id, type, content: summary, rawContent: content, providerData }
    }
    case 'function_call': {
      const { id, type, call_id: callId, name, namespace, status, arguments: text, ...providerData } = item
      return {
        id,
        type,
        callId,
        name,
        ...(namespace !== undefined && { namespace }),
        status,
        arguments: text,
        providerData,
      }
    }
    default: {
      // Only where a model calls a tool of its training that nobody offered: the runner shows the call, and goes on.
      const { id, type: name, ...rest } = item
      const status = 'status' in item ? { status: item.status } : {}
      return { id, type: 'hosted_tool_call', name, ...status, providerData: { type: name, ...rest } }
    }
  }
}
