import { type FieldLists, SAMPLING_FIELDS } from '../openai/index.js'

/**
 * The fields of a Chat Completions body: OpenAI's, and those that vLLM, OpenRouter and the Hugging Face chat
 * template add. docs/chat.md lists them for users.
 */
export const REQUEST_FIELDS = {
  understood: [
    'messages',
    'model',
    'tools',
    'tool_choice',
    'parallel_tool_calls',
    'response_format',
    'reasoning_effort',
    'reasoning',
    'include_reasoning',
    'chat_template_kwargs',
    'continue_final_message',
    'add_generation_prompt',
    'modalities',
    'stream',
    'stream_options',
    'cache_salt',
    'priority',
    'return_token_ids',
    ...SAMPLING_FIELDS.filter((field) => field !== 'max_output_tokens'),
  ],
  ignored: [
    'metadata',
    'moderation',
    'prediction',
    'prompt_cache_key',
    'prompt_cache_options',
    'prompt_cache_retention',
    'request_id',
    'safety_identifier',
    'service_tier',
    'store',
    'user',
    'verbosity',
  ],
  refused: {
    audio: 'none: gpt-oss takes and gives text alone',
    function_call: 'tool_choice instead',
    functions: 'tools instead',
    guided_choice: 'structured_outputs.choice instead',
    guided_grammar: 'structured_outputs.grammar instead',
    guided_json: 'structured_outputs.json or response_format instead',
    guided_regex: 'structured_outputs.regex instead',
    input: 'messages: input belongs to the Responses API',
    instructions: 'a first message of role developer: instructions belong to the Responses API',
    max_output_tokens: 'max_completion_tokens: max_output_tokens belongs to the Responses API',
    text: 'response_format: text belongs to the Responses API',
    truncate_prompt_tokens: 'none: a prompt is never cut inside a message; leave out whole turns',
    web_search_options: 'none: search the web with a tool',
  },
} as const satisfies FieldLists

/** The fields of any message. Each role's own come on top. */
const SHARED_MESSAGE_FIELDS = {
  understood: ['role', 'content'],
  ignored: ['id', 'index', 'created_at', 'timestamp', 'cache_control', 'metadata', 'weight', 'phase', 'type'],
}

function messageFields(
  understood: readonly string[],
  ignored: readonly string[] = [],
  refused: Readonly<Record<string, string>> = {},
): FieldLists {
  return {
    understood: [...SHARED_MESSAGE_FIELDS.understood, ...understood],
    ignored: [...SHARED_MESSAGE_FIELDS.ignored, ...ignored],
    refused: { ...HARMONY_KEYS, ...refused },
  }
}

const HARMONY_KEYS = Object.fromEntries(
  ['channel', 'recipient', 'content_type'].map((key) => [
    key,
    'none: it belongs to a Harmony conversation, and this is a Chat Completions request',
  ]),
)

/** The fields of each role's messages. */
export const MESSAGE_FIELDS = {
  developer: messageFields(['tools'], ['name']),
  user: messageFields(['name']),
  tool: messageFields(['tool_call_id', 'name', 'tool_name'], ['is_error', 'status']),
  assistant: messageFields(
    [
      'refusal',
      'tool_calls',
      'reasoning',
      'reasoning_content',
      'reasoning_details',
      'thinking',
      'audio',
      'prefix',
      'partial',
    ],
    [
      'name',
      'annotations',
      'extra_content',
      'finish_reason',
      'logprobs',
      'parsed',
      'provider_specific_fields',
      'thinking_blocks',
      'token_ids',
    ],
    { function_call: 'tool_calls instead' },
  ),
} as const satisfies Readonly<Record<string, FieldLists>>

/** The fields of a call in an assistant's message. `parsed_arguments` is what OpenAI's SDK adds. */
export const CALL_FIELDS: FieldLists = {
  understood: ['id', 'type', 'function', 'custom'],
  ignored: ['index', 'extra_content', 'provider_specific_fields', 'cache_control'],
}

export const CALLED_FIELDS = {
  function: {
    understood: ['name', 'arguments'],
    ignored: ['description', 'strict', 'parsed', 'parsed_arguments'],
  },
  custom: { understood: ['name', 'input'], ignored: [] },
} as const satisfies Readonly<Record<string, FieldLists>>
