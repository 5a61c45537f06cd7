import {
  checkedList,
  checkedObject,
  checkFields,
  invalidRequest,
  SAMPLING_FIELDS,
  type UncheckedObject,
} from '../openai/index.js'
import type { ResponseEcho } from './types.js'

/** What becomes of the fields of a request. Any other field is an error. */
export const REQUEST_FIELDS = {
  understood: [
    'background',
    'include',
    'input',
    'instructions',
    'max_output_tokens',
    'max_tool_calls',
    'metadata',
    'model',
    'parallel_tool_calls',
    'previous_response_id',
    'prompt_cache_key',
    'reasoning',
    'safety_identifier',
    'service_tier',
    'store',
    'stream',
    'text',
    'tool_choice',
    'tools',
    'truncation',
    'user',
    ...SAMPLING_FIELDS.filter(
      (field) => !['max_tokens', 'max_completion_tokens', 'logprobs', 'n'].includes(field),
    ),
  ],
  ignored: [
    'access_programs',
    'cache_salt',
    'client_metadata',
    'image',
    'priority',
    'prompt_cache_options',
    'prompt_cache_retention',
    'request_id',
    'stream_options',
  ],
  refused: {
    context_management: 'input that fits; truncation "auto" drops the oldest turns',
    conversation: 'previous_response_id, or the items themselves in input',
    logprobs: 'include: ["message.output_text.logprobs"]',
    max_completion_tokens: 'max_output_tokens',
    max_tokens: 'max_output_tokens',
    messages: 'input',
    moderation: 'no moderation, as no moderation model is at hand',
    n: 'one answer a request',
    prompt: 'the instructions and the input themselves, as no prompt templates are kept',
    reasoning_effort: 'reasoning.effort',
    response_format: 'text.format',
  },
} as const

/**
 * Returns what a response repeats of its request, with OpenAI's defaults.
 *
 * @param isStored whether the response is kept
 * @throws HarmonyError `invalid-request` for a value of the wrong kind
 */
export function echoOf(body: UncheckedObject, isStored: boolean): ResponseEcho {
  const text = optionalObject(body, 'text')
  const reasoning = optionalObject(body, 'reasoning')
  if (text !== undefined) checkFields(text, 'text', { understood: ['format', 'verbosity'] })
  if (reasoning !== undefined)
    checkFields(reasoning, 'reasoning', {
      understood: ['effort', 'summary'],
      ignored: ['context', 'generate_summary', 'mode'],
    })
  const truncation = optional(body, 'truncation', 'string') ?? 'disabled'
  if (truncation !== 'auto' && truncation !== 'disabled')
    throw invalidRequest('truncation', truncation, '"auto" or "disabled"')
  const verbosity = text === undefined ? undefined : optional(text, 'verbosity', 'string', 'text.')
  const user = optional(body, 'user', 'string')
  return {
    model: optional(body, 'model', 'string') ?? 'gpt-oss',
    previous_response_id: optional(body, 'previous_response_id', 'string') ?? null,
    instructions: optional(body, 'instructions', 'string') ?? null,
    tools: toolsEcho(body['tools']),
    tool_choice: (body['tool_choice'] ?? 'auto') as ResponseEcho['tool_choice'],
    truncation,
    parallel_tool_calls: optional(body, 'parallel_tool_calls', 'boolean') ?? true,
    text: {
      format: (text?.['format'] ?? { type: 'text' }) as Record<string, unknown>,
      ...(verbosity !== undefined && { verbosity }),
    },
    top_p: optional(body, 'top_p', 'number') ?? 1,
    presence_penalty: optional(body, 'presence_penalty', 'number') ?? 0,
    frequency_penalty: optional(body, 'frequency_penalty', 'number') ?? 0,
    top_logprobs: optional(body, 'top_logprobs', 'number') ?? 0,
    temperature: optional(body, 'temperature', 'number') ?? 1,
    reasoning: {
      effort: (reasoning && optional(reasoning, 'effort', 'string', 'reasoning.')) ?? null,
      summary: (reasoning && optional(reasoning, 'summary', 'string', 'reasoning.')) ?? null,
    },
    max_output_tokens: optional(body, 'max_output_tokens', 'number') ?? null,
    max_tool_calls: toolCallLimit(body),
    store: isStored,
    background: optional(body, 'background', 'boolean') ?? false,
    service_tier: optional(body, 'service_tier', 'string') ?? 'default',
    metadata: (optionalObject(body, 'metadata') ?? {}) as Record<string, string>,
    safety_identifier: optional(body, 'safety_identifier', 'string') ?? null,
    prompt_cache_key: optional(body, 'prompt_cache_key', 'string') ?? null,
    ...(user !== undefined && { user }),
  }
}

function toolsEcho(tools: unknown): Record<string, unknown>[] {
  if (tools == null) return []
  return checkedList(tools, 'tools').map((tool, i) => toolEcho(checkedObject(tool, `tools[${i}]`)))
}

/** A function with the keys that a response always has. Credentials for MCP servers are not repeated. */
function toolEcho(tool: UncheckedObject): Record<string, unknown> {
  if (tool['type'] === 'function') return { description: null, parameters: null, strict: null, ...tool }
  if (tool['type'] !== 'mcp') return { ...tool }
  const { headers, authorization, ...shown } = tool
  return {
    ...shown,
    ...(headers != null && { headers: null }),
    ...(authorization != null && { authorization: null }),
  }
}

function toolCallLimit(body: UncheckedObject): number | null {
  const limit = optional(body, 'max_tool_calls', 'number')
  if (limit === undefined) return null
  if (Number.isInteger(limit) && limit >= 0) return limit
  throw invalidRequest('max_tool_calls', limit, 'a whole number from 0')
}

interface Kinds {
  readonly string: string
  readonly number: number
  readonly boolean: boolean
}

/** Returns a field's value; `undefined` if it is absent or `null`. */
export function optional<Kind extends keyof Kinds>(
  object: UncheckedObject,
  field: string,
  kind: Kind,
  prefix = '',
): Kinds[Kind] | undefined {
  const value = object[field]
  if (value == null) return undefined
  if (typeof value !== kind || (kind === 'number' && !Number.isFinite(value)))
    throw invalidRequest(`${prefix}${field}`, value, kind === 'boolean' ? 'true or false' : `a ${kind}`)
  return value as Kinds[Kind]
}

function optionalObject(object: UncheckedObject, field: string): UncheckedObject | undefined {
  const value = object[field]
  return value == null ? undefined : checkedObject(value, field)
}
