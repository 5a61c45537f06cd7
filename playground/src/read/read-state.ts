/** What was sampled, and how to look at it. */
export interface ReadSource {
  /** Token ids, text with markers, an engine's answer or a stream of one. */
  readonly text: string
  /** Names of the tools that could be called, between commas; the parser then repairs more. */
  readonly tools: string
}
