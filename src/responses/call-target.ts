/** What a call becomes in a response: the tool of the request that it goes to. */
export type CallTarget =
  | { readonly type: 'function' | 'custom'; readonly name: string; readonly namespace?: string }
  | {
      readonly type: 'mcp'
      readonly serverLabel: string
      readonly name: string
      /** Whether the user has to approve the call before it runs. */
      readonly needsApproval: boolean
    }
  | { readonly type: 'web-search'; readonly method: 'search' | 'open' | 'find' }
  | { readonly type: 'code-interpreter' }

/** The tools of a request, by the names that they have in the prompt. */
export interface CallTargets {
  /** By recipient, as in `functions.get_weather` or `deepwiki.ask_question`. */
  readonly tools: Readonly<Record<string, CallTarget>>
  /** The labels of the MCP servers by their namespaces. */
  readonly mcpServers: Readonly<Record<string, string>>
}

/**
 * Returns what a recipient is. A name that the request does not know is a function's, so that no call is hidden from
 * the caller: without `functions.`, and whole for any other namespace.
 */
export function callTargetOf(recipient: string, { tools, mcpServers }: CallTargets): CallTarget {
  for (const known of [recipient, `functions.${recipient}`])
    if (Object.hasOwn(tools, known)) return tools[known]
  const dot = recipient.indexOf('.')
  const namespace = dot === -1 ? recipient : recipient.slice(0, dot)
  const name = dot === -1 ? '' : recipient.slice(dot + 1)
  if (namespace === 'functions' && name !== '') return { type: 'function', name }
  if (name !== '' && Object.hasOwn(mcpServers, namespace)) {
    return { type: 'mcp', serverLabel: mcpServers[namespace], name, needsApproval: false }
  }
  if (namespace === 'browser' && (name === 'search' || name === 'open' || name === 'find'))
    return { type: 'web-search', method: name }
  if (recipient === 'python') return { type: 'code-interpreter' }
  return { type: 'function', name: recipient }
}

/** Whether a recipient is a hosted tool, whose calls count as reasoning. */
export function isHostedTool(recipient: string, targets: CallTargets): boolean {
  const { type } = callTargetOf(recipient, targets)
  return type === 'web-search' || type === 'code-interpreter'
}
