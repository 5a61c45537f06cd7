/**
 * The body of a Chat Completions request, as far as it is read. A request typed by the `openai` package fits; keys that are not listed are let
 * go. What the fields hold is checked when the request is read.
 *
 * Source: OpenAI's API reference, "Create chat completion"; `reasoning` and `reasoning_content` in messages: vLLM, DeepSeek.
 */
export interface ChatRequest {
  readonly messages: readonly ChatRequestMessage[]
  readonly tools?: readonly unknown[] | null | undefined
  /** `auto`, `none`, `required`, a function by name, or a list of allowed tools. */
  readonly tool_choice?: unknown
  /** `minimal`, `low`, `medium`, `high`, `xhigh` or `max`. */
  readonly reasoning_effort?: string | null | undefined
  readonly response_format?: unknown
}

export interface ChatRequestMessage {
  readonly role: string
  readonly content?: unknown
  readonly name?: string | null | undefined
  readonly tool_calls?: unknown
  readonly tool_call_id?: string | null | undefined
  readonly reasoning?: unknown
  readonly reasoning_content?: unknown
}
