/** Where an item stands. */
export type ItemStatus = 'in_progress' | 'completed' | 'incomplete'

/**
 * What every item carries on request: the token ids that the model sampled for it, sealed, so that the item renders
 * to the same tokens when it comes back as input.
 */
export interface Sealed {
  readonly encrypted_content?: string | null
}

export interface UrlCitation {
  readonly type: 'url_citation'
  /** The citation in the text, in UTF-16 code units. */
  readonly start_index: number
  readonly end_index: number
  readonly url: string
  readonly title: string
}

export interface TokenLogprob {
  readonly token: string
  readonly logprob: number
  readonly bytes: number[]
  readonly top_logprobs: { readonly token: string; readonly logprob: number; readonly bytes: number[] }[]
}

export interface OutputText {
  readonly type: 'output_text'
  readonly text: string
  readonly annotations: UrlCitation[]
  readonly logprobs: TokenLogprob[]
}

export interface ReasoningText {
  readonly type: 'reasoning_text'
  readonly text: string
}

export interface ReasoningItem extends Sealed {
  readonly type: 'reasoning'
  readonly id: string
  readonly summary: never[]
  readonly content: ReasoningText[]
  readonly status: ItemStatus
}

export interface MessageItem extends Sealed {
  readonly type: 'message'
  readonly id: string
  readonly role: 'assistant'
  readonly content: OutputText[]
  readonly phase: 'commentary' | 'final_answer'
  readonly status: ItemStatus
}

export interface FunctionCallItem extends Sealed {
  readonly type: 'function_call'
  readonly id: string
  readonly call_id: string
  readonly name: string
  /** The name of the request's namespace tool that holds the function. */
  readonly namespace?: string
  readonly arguments: string
  readonly status: ItemStatus
}

export interface CustomToolCallItem extends Sealed {
  readonly type: 'custom_tool_call'
  readonly id: string
  readonly call_id: string
  readonly name: string
  readonly namespace?: string
  readonly input: string
  readonly status: ItemStatus
}

export type WebSearchAction =
  | {
      readonly type: 'search'
      readonly query: string
      readonly queries?: string[]
      readonly sources?: { readonly type: 'url'; readonly url: string }[]
    }
  | { readonly type: 'open_page'; readonly url: string | null }
  | { readonly type: 'find_in_page'; readonly url: string; readonly pattern: string }

export interface WebSearchCallItem extends Sealed {
  readonly type: 'web_search_call'
  readonly id: string
  readonly action: WebSearchAction
  readonly status: ItemStatus | 'searching' | 'failed'
}

export interface CodeInterpreterCallItem extends Sealed {
  readonly type: 'code_interpreter_call'
  readonly id: string
  readonly code: string
  readonly container_id: string
  readonly outputs: { readonly type: 'logs'; readonly logs: string }[] | null
  readonly status: ItemStatus | 'interpreting' | 'failed'
}

export interface McpCallItem extends Sealed {
  readonly type: 'mcp_call'
  readonly id: string
  readonly server_label: string
  readonly name: string
  readonly arguments: string
  readonly output: string | null
  readonly error: { readonly type: 'mcp_tool_execution_error'; readonly content: unknown } | null
  readonly approval_request_id: string | null
  readonly status: ItemStatus | 'failed'
}

export interface McpApprovalRequestItem extends Sealed {
  readonly type: 'mcp_approval_request'
  readonly id: string
  readonly server_label: string
  readonly name: string
  readonly arguments: string
}

/** A tool as an MCP server lists it. */
export interface McpTool {
  readonly name: string
  readonly description?: string | null | undefined
  readonly input_schema: unknown
  readonly annotations?: { readonly readOnlyHint?: boolean | undefined } | null | undefined
}

export interface McpListToolsItem {
  readonly type: 'mcp_list_tools'
  readonly id: string
  readonly server_label: string
  readonly tools: {
    readonly name: string
    readonly description: string | null
    readonly input_schema: unknown
    readonly annotations: unknown
  }[]
  readonly error: string | null
}

export type ResponseItem =
  | ReasoningItem
  | MessageItem
  | FunctionCallItem
  | CustomToolCallItem
  | WebSearchCallItem
  | CodeInterpreterCallItem
  | McpCallItem
  | McpApprovalRequestItem
  | McpListToolsItem

export interface ResponseUsage {
  readonly input_tokens: number
  readonly input_tokens_details: { readonly cached_tokens: number; readonly cache_write_tokens: number }
  readonly output_tokens: number
  readonly output_tokens_details: { readonly reasoning_tokens: number }
  readonly total_tokens: number
}

export type ResponseStatus = 'queued' | 'in_progress' | 'completed' | 'incomplete' | 'failed' | 'cancelled'

export interface ResponseFailure {
  readonly code: 'server_error' | 'rate_limit_exceeded' | 'invalid_prompt'
  readonly message: string
}

/** The fields of a response that repeat the request, its defaults filled in. */
export interface ResponseEcho {
  readonly model: string
  readonly previous_response_id: string | null
  readonly instructions: string | null
  readonly tools: Record<string, unknown>[]
  readonly tool_choice: 'none' | 'auto' | 'required' | Record<string, unknown>
  readonly truncation: 'auto' | 'disabled'
  readonly parallel_tool_calls: boolean
  readonly text: { readonly format: Record<string, unknown>; readonly verbosity?: string }
  readonly top_p: number
  readonly presence_penalty: number
  readonly frequency_penalty: number
  readonly top_logprobs: number
  readonly temperature: number
  readonly reasoning: { readonly effort: string | null; readonly summary: string | null }
  readonly max_output_tokens: number | null
  readonly max_tool_calls: number | null
  readonly store: boolean
  readonly background: boolean
  readonly service_tier: string
  readonly metadata: Record<string, string>
  readonly safety_identifier: string | null
  readonly prompt_cache_key: string | null
  readonly user?: string
}

/** A response: `GET /responses/{id}`. */
export interface ResponseObject extends ResponseEcho {
  readonly id: string
  readonly object: 'response'
  readonly created_at: number
  readonly completed_at: number | null
  readonly status: ResponseStatus
  readonly incomplete_details: { readonly reason: 'max_output_tokens' | 'content_filter' } | null
  readonly error: ResponseFailure | null
  readonly output: ResponseItem[]
  readonly usage: ResponseUsage | null
}

interface Numbered {
  /** Counts the response's events from 0, without a gap. */
  readonly sequence_number: number
}

interface OfItem extends Numbered {
  readonly item_id: string
  readonly output_index: number
}

interface OfPart extends OfItem {
  readonly content_index: number
}

export type LifecycleEventType =
  | 'response.created'
  | 'response.queued'
  | 'response.in_progress'
  | 'response.completed'
  | 'response.incomplete'
  | 'response.failed'

/** Events that say how far a call of a hosted tool has come, and nothing else. */
export type ProgressEventType =
  | 'response.web_search_call.in_progress'
  | 'response.web_search_call.searching'
  | 'response.web_search_call.completed'
  | 'response.code_interpreter_call.in_progress'
  | 'response.code_interpreter_call.interpreting'
  | 'response.code_interpreter_call.completed'
  | 'response.mcp_call.in_progress'
  | 'response.mcp_call.completed'
  | 'response.mcp_call.failed'
  | 'response.mcp_list_tools.in_progress'
  | 'response.mcp_list_tools.completed'
  | 'response.mcp_list_tools.failed'

/** An event of each of the types. */
type EventFor<Type extends string, Fields> = Type extends unknown ? Fields & { readonly type: Type } : never

/** Deltas of an item's arguments, input or code. */
export type CallDeltaEventType =
  | 'response.function_call_arguments.delta'
  | 'response.custom_tool_call_input.delta'
  | 'response.code_interpreter_call_code.delta'
  | 'response.mcp_call_arguments.delta'

/** An event of a response's stream, as Server-Sent Events carry it in `data`; `type` is the event's name. */
export type ResponseEvent =
  | EventFor<LifecycleEventType, Numbered & { readonly response: ResponseObject }>
  | EventFor<
      'error',
      Numbered & { readonly code: string | null; readonly message: string; readonly param: string | null }
    >
  | EventFor<
      'response.output_item.added' | 'response.output_item.done',
      Numbered & { readonly output_index: number; readonly item: ResponseItem }
    >
  | EventFor<
      'response.content_part.added' | 'response.content_part.done',
      OfPart & { readonly part: OutputText | ReasoningText }
    >
  | EventFor<
      'response.output_text.delta',
      OfPart & { readonly delta: string; readonly logprobs: TokenLogprob[] }
    >
  | EventFor<
      'response.output_text.done',
      OfPart & { readonly text: string; readonly logprobs: TokenLogprob[] }
    >
  | EventFor<
      'response.output_text.annotation.added',
      OfPart & { readonly annotation_index: number; readonly annotation: UrlCitation }
    >
  | EventFor<'response.reasoning_text.delta', OfPart & { readonly delta: string }>
  | EventFor<'response.reasoning_text.done', OfPart & { readonly text: string }>
  | EventFor<CallDeltaEventType, OfItem & { readonly delta: string }>
  | EventFor<
      'response.function_call_arguments.done',
      OfItem & { readonly name: string; readonly arguments: string }
    >
  | EventFor<'response.mcp_call_arguments.done', OfItem & { readonly arguments: string }>
  | EventFor<'response.custom_tool_call_input.done', OfItem & { readonly input: string }>
  | EventFor<'response.code_interpreter_call_code.done', OfItem & { readonly code: string }>
  | EventFor<ProgressEventType, OfItem>
