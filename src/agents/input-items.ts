import type { AgentInputItem } from '@openai/agents'
import { isSealedTokens } from '../responses/index.js'

/**
 * Returns an item of the Agents SDK as the Responses API has it. What gpt-oss has no form for keeps its type, which
 * `fromResponsesRequest` refuses by its path.
 */
export function toInputItem(item: AgentInputItem): Readonly<Record<string, unknown>> {
  // Tokens that another provider has sealed say nothing here.
  const sealed: unknown = item.providerData?.['encrypted_content']
  const seal = isSealedTokens(sealed) && { encrypted_content: sealed }
  switch (item.type) {
    case undefined:
    case 'message':
      return {
        type: 'message',
        role: item.role,
        content: item.content,
        ...('phase' in item && { phase: item.phase }),
        ...seal,
      }
    case 'reasoning':
      return { type: item.type, content: item.rawContent ?? [], summary: item.content, ...seal }
    case 'function_call':
      return {
        type: item.type,
        call_id: item.callId,
        name: item.name,
        ...(item.namespace !== undefined && { namespace: item.namespace }),
        arguments: item.arguments,
        ...seal,
      }
    case 'function_call_result': {
      const { callId, output } = item
      const isPart = typeof output === 'object' && !Array.isArray(output)
      return { type: 'function_call_output', call_id: callId, output: isPart ? [output] : output }
    }
    case 'hosted_tool_call':
      return { ...item.providerData, type: item.providerData?.['type'] ?? item.name, id: item.id }
    default:
      return { type: item.type }
  }
}
