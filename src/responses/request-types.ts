/**
 * The body of `POST /responses`. A request typed by the `openai` package fits. What the fields hold is checked when the
 * request is read.
 *
 * Source: OpenAI's API reference, "Create a model response".
 */
export interface ResponsesRequest {
  readonly model?: unknown
  /** Text, or a list of items. */
  readonly input?: unknown
  readonly instructions?: unknown
  readonly tools?: unknown
  readonly tool_choice?: unknown
  readonly parallel_tool_calls?: unknown
  readonly text?: unknown
  readonly reasoning?: unknown
  readonly include?: unknown
  readonly previous_response_id?: unknown
  readonly store?: unknown
  readonly background?: unknown
  readonly max_output_tokens?: unknown
  readonly max_tool_calls?: unknown
  readonly temperature?: unknown
  readonly top_p?: unknown
  readonly top_logprobs?: unknown
  readonly truncation?: unknown
  readonly metadata?: unknown
  readonly stream?: unknown
}
