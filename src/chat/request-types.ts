import type { ChatSamplingParams } from '../openai/index.js'

/**
 * The body of a Chat Completions request. A request typed by the `openai` package fits. Fields and their values
 * are checked when the request is read.
 *
 * Source: OpenAI's API reference, "Create chat completion"; docs/chat.md lists all fields.
 */
export interface ChatRequest extends ChatSamplingParams {
  readonly model?: unknown
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
  readonly refusal?: unknown
  readonly reasoning?: unknown
  readonly reasoning_content?: unknown
  readonly thinking?: unknown
}
