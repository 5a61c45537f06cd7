/** A part of what an MCP tool returns. */
export interface McpContent {
  readonly type: string
  readonly text?: string | undefined
  readonly mimeType?: string | undefined
  readonly name?: string | undefined
  readonly uri?: string | undefined
  readonly resource?: {
    readonly uri: string
    readonly text?: string | undefined
    readonly mimeType?: string | undefined
  }
}

/** What an MCP server answers to a call. */
export interface McpToolResult {
  readonly content?: readonly McpContent[] | undefined
  readonly structuredContent?: unknown
  readonly isError?: boolean | undefined
}

/** Returns what the model reads of a result: texts, one per line, a note in place of images and audio. */
export function textOfMcpResult({ content = [], structuredContent }: McpToolResult): string {
  if (content.length === 0 && structuredContent !== undefined) return JSON.stringify(structuredContent)
  return content.map(textOf).join('\n')
}

function textOf({ type, text, mimeType, name, uri, resource }: McpContent): string {
  switch (type) {
    case 'text':
      return text ?? ''
    case 'resource':
      return resource?.text ?? `[resource ${resource?.uri ?? ''}: ${resource?.mimeType ?? 'binary'}]`
    case 'resource_link':
      return `[${name ?? 'resource'}](${uri ?? ''})`
    default:
      // gpt-oss reads text alone.
      return `[${type}: ${mimeType ?? 'not text'}]`
  }
}
