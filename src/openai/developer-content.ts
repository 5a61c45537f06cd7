import type { Content, Message, ToolNamespaceConfig, ToolNamespaces } from '../message/index.js'

/** What a developer message says for a request. */
export interface DeveloperParts {
  /** None if empty. */
  readonly instructions?: string | undefined
  readonly tools: ToolNamespaces
  /** The section `# Response Formats`. */
  readonly responseFormat?: string | undefined
}

/** Returns a developer message's content: instructions, tools, then the response format. Empty if there is nothing to say. */
export function developerContent({ instructions = '', tools, responseFormat }: DeveloperParts): Content[] {
  if (Object.values(tools).some((namespace) => namespace.tools.length > 0)) {
    const content: Content[] = [
      { type: 'developer_content', ...(instructions !== '' && { instructions }), tools },
    ]
    // A part of its own: developer content has no place for it, and `} // namespace functions` before it never
    // merges with line breaks.
    if (responseFormat !== undefined) content.push({ type: 'text', text: `\n\n${responseFormat}` })
    return content
  }
  if (instructions === '') return responseFormat === undefined ? [] : [{ type: 'text', text: responseFormat }]
  // One text: instructions may end in a full stop, which is one token together with the line breaks after it.
  const section = responseFormat === undefined ? '' : `\n\n${responseFormat}`
  return [{ type: 'developer_content', instructions: instructions + section }]
}

/** Returns the namespaces of tools that developer messages describe. */
export function describedNamespaces(messages: readonly Message[]): ToolNamespaceConfig[] {
  return messages.flatMap(({ content }) =>
    typeof content === 'string'
      ? []
      : content.flatMap((part) => (part.type === 'developer_content' ? Object.values(part.tools ?? {}) : [])),
  )
}
