import type { ResponseEvent } from '../../src/responses/index.js'

/**
 * The keys that OpenAI's types require of each event, item and part, and those that the vendor-neutral Open Responses
 * specification requires of the response.
 *
 * Source: openai 7.57.0, resources/responses/responses.d.ts (what has no `?`); openresponses.org, "ResponseResource".
 */
const OF_ITEM = ['item_id', 'output_index', 'sequence_number']
const OF_PART = [...OF_ITEM, 'content_index']

export const EVENT_KEYS: Readonly<Record<ResponseEvent['type'], readonly string[]>> = {
  'response.created': ['response', 'sequence_number'],
  'response.queued': ['response', 'sequence_number'],
  'response.in_progress': ['response', 'sequence_number'],
  'response.completed': ['response', 'sequence_number'],
  'response.incomplete': ['response', 'sequence_number'],
  'response.failed': ['response', 'sequence_number'],
  error: ['code', 'message', 'param', 'sequence_number'],
  'response.output_item.added': ['item', 'output_index', 'sequence_number'],
  'response.output_item.done': ['item', 'output_index', 'sequence_number'],
  'response.content_part.added': [...OF_PART, 'part'],
  'response.content_part.done': [...OF_PART, 'part'],
  'response.output_text.delta': [...OF_PART, 'delta', 'logprobs'],
  'response.output_text.done': [...OF_PART, 'text', 'logprobs'],
  'response.output_text.annotation.added': [...OF_PART, 'annotation', 'annotation_index'],
  'response.reasoning_text.delta': [...OF_PART, 'delta'],
  'response.reasoning_text.done': [...OF_PART, 'text'],
  'response.function_call_arguments.delta': [...OF_ITEM, 'delta'],
  'response.function_call_arguments.done': [...OF_ITEM, 'arguments', 'name'],
  'response.custom_tool_call_input.delta': [...OF_ITEM, 'delta'],
  'response.custom_tool_call_input.done': [...OF_ITEM, 'input'],
  'response.code_interpreter_call_code.delta': [...OF_ITEM, 'delta'],
  'response.code_interpreter_call_code.done': [...OF_ITEM, 'code'],
  'response.mcp_call_arguments.delta': [...OF_ITEM, 'delta'],
  'response.mcp_call_arguments.done': [...OF_ITEM, 'arguments'],
  'response.web_search_call.in_progress': OF_ITEM,
  'response.web_search_call.searching': OF_ITEM,
  'response.web_search_call.completed': OF_ITEM,
  'response.code_interpreter_call.in_progress': OF_ITEM,
  'response.code_interpreter_call.interpreting': OF_ITEM,
  'response.code_interpreter_call.completed': OF_ITEM,
  'response.mcp_call.in_progress': OF_ITEM,
  'response.mcp_call.completed': OF_ITEM,
  'response.mcp_call.failed': OF_ITEM,
  'response.mcp_list_tools.in_progress': OF_ITEM,
  'response.mcp_list_tools.completed': OF_ITEM,
  'response.mcp_list_tools.failed': OF_ITEM,
}

const TYPED_KEYS: Readonly<Record<string, readonly string[]>> = {
  reasoning: ['id', 'summary', 'content'],
  message: ['id', 'role', 'status', 'content', 'phase'],
  function_call: ['id', 'call_id', 'name', 'arguments', 'status'],
  custom_tool_call: ['id', 'call_id', 'name', 'input'],
  web_search_call: ['id', 'action', 'status'],
  code_interpreter_call: ['id', 'code', 'container_id', 'outputs', 'status'],
  mcp_call: ['id', 'arguments', 'name', 'server_label', 'output', 'error', 'approval_request_id', 'status'],
  mcp_approval_request: ['id', 'arguments', 'name', 'server_label'],
  mcp_list_tools: ['id', 'server_label', 'tools'],
  output_text: ['text', 'annotations', 'logprobs'],
  reasoning_text: ['text'],
  url_citation: ['start_index', 'end_index', 'url', 'title'],
}

const RESPONSE_KEYS = [
  'id',
  'object',
  'created_at',
  'completed_at',
  'status',
  'incomplete_details',
  'model',
  'previous_response_id',
  'instructions',
  'output',
  'error',
  'tools',
  'tool_choice',
  'truncation',
  'parallel_tool_calls',
  'text',
  'top_p',
  'presence_penalty',
  'frequency_penalty',
  'top_logprobs',
  'temperature',
  'reasoning',
  'usage',
  'max_output_tokens',
  'max_tool_calls',
  'store',
  'background',
  'service_tier',
  'metadata',
  'safety_identifier',
  'prompt_cache_key',
]

/** The places in events where a required key is missing or `undefined`. */
export function missingKeys(events: readonly ResponseEvent[]): string[] {
  return events.flatMap((event, index) => {
    const own = EVENT_KEYS[event.type].filter((key) => valueAt(event, key) === undefined)
    return [...own.map((key) => `${event.type}.${key}`), ...missingBelow(event, `${index} ${event.type}`)]
  })
}

function missingBelow(value: unknown, path: string): string[] {
  if (Array.isArray(value)) return value.flatMap((entry, i) => missingBelow(entry, `${path}[${i}]`))
  if (typeof value !== 'object' || value === null) return []
  const required =
    valueAt(value, 'object') === 'response' ? RESPONSE_KEYS : keysOfType(valueAt(value, 'type'))
  const missing = required.filter((key) => valueAt(value, key) === undefined).map((key) => `${path}: ${key}`)
  return [
    ...missing,
    ...Object.entries(value).flatMap(([key, below]) => missingBelow(below, `${path}.${key}`)),
  ]
}

function keysOfType(type: unknown): readonly string[] {
  return typeof type === 'string' && Object.hasOwn(TYPED_KEYS, type) ? TYPED_KEYS[type] : []
}

function valueAt(value: object, key: string): unknown {
  return (value as Readonly<Record<string, unknown>>)[key]
}
