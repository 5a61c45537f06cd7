import type { DeveloperContent, SystemContent } from '../message/index.js'
import { toolsText } from './tools.js'

/** Returns the text of system content: its sections, separated by blank lines. */
export function systemText(
  content: SystemContent,
  conversationHasFunctionTools: boolean,
  path: string,
): string {
  const identity: string[] = []
  if (content.model_identity != null) identity.push(content.model_identity)
  if (content.knowledge_cutoff != null) identity.push(`Knowledge cutoff: ${content.knowledge_cutoff}`)
  if (content.conversation_start_date != null)
    identity.push(`Current date: ${content.conversation_start_date}`)

  const sections: string[] = []
  if (identity.length > 0) sections.push(identity.join('\n'))
  if (content.reasoning_effort != null) sections.push(`Reasoning: ${content.reasoning_effort.toLowerCase()}`)

  const tools = content.tools == null ? undefined : toolsText(content.tools, `${path}.tools`)
  if (tools !== undefined) sections.push(tools)

  const { valid_channels: channels, channel_required: required } = content.channel_config ?? NO_CHANNELS
  if (channels.length > 0) {
    let section = `# Valid channels: ${channels.join(', ')}.`
    if (required) section += ' Channel must be included for every message.'
    if (conversationHasFunctionTools)
      section += "\nCalls to these tools must go to the commentary channel: 'functions'."
    sections.push(section)
  }
  return sections.join('\n\n')
}

const NO_CHANNELS = { valid_channels: [], channel_required: false }

/** Returns the text of developer content: instructions, then tools. */
export function developerText(content: DeveloperContent, path: string): string {
  const sections: string[] = []
  if (content.instructions != null) sections.push('# Instructions', content.instructions)
  const tools = content.tools == null ? undefined : toolsText(content.tools, `${path}.tools`)
  if (tools !== undefined) sections.push(tools)
  return sections.join('\n\n')
}
