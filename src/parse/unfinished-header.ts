import { ROLES, type Role } from '../message/types.js'
import {
  CHANNELS,
  composeHeader,
  cutIntoSections,
  DeviationList,
  type Author,
  type HeaderContext,
  type RecoveredHeader,
} from './header-sections.js'

/** A header that something other than `<|message|>` closed. */
export interface UnfinishedHeader extends RecoveredHeader {
  /** What stood in it beyond role, channel, recipient and content type: the message's content. */
  readonly content: string
  /** Whether that is nothing, or nothing but channel names and punctuation: then it is no message. */
  readonly isStub: boolean
  readonly hasChannel: boolean
}

/**
 * Reads a header that no `<|message|>` closed: what follows role, channel, recipient and content type is content.
 *
 *   <|channel|>final {"answer": "hi"}<|return|>
 *                    ^ content
 *
 * A known channel's name is cut off from text that it runs into: `final__HANDOFF__`.
 */
export function readUnfinishedHeader(tokens: readonly number[], context: HeaderContext): UnfinishedHeader {
  const deviations = new DeviationList()
  const { lead, channels } = cutIntoSections(tokens, context, deviations)
  const [author, afterAuthor] = cutAuthor(lead.text, context.presetRole)
  let [fields, content] = cutFields(afterAuthor)
  let channel: string | undefined
  channels.forEach((section, index) => {
    if (content !== '') deviations.add('header-noise', lead.tokenIndex, section.tokenIndex, content)
    const [found, afterChannel] = cutChannel(section.text)
    if (found !== undefined && !CHANNELS.includes(found)) deviations.add('unknown-channel', section.tokenIndex, section.tokenEnd, found)
    const [sectionFields, rest] = cutFields(afterChannel)
    channel = found ?? channel
    fields = { ...fields, ...sectionFields }
    content = rest
    if (index < channels.length - 1) {
      deviations.add('repeated-channel', section.tokenIndex, section.tokenEnd, `<|channel|>${section.text}`)
    }
  })
  const hasChannel = channels.length > 0
  return {
    header: composeHeader(author, fields.recipient, channel, fields.contentType),
    content,
    isStub: fields.recipient === undefined && (content === '' || (hasChannel && isChannelsAndPunctuation(content))),
    hasChannel,
    deviations: deviations.inOrder(),
  }
}

interface Fields {
  readonly recipient?: string
  readonly contentType?: string
}

/** Cuts the role off the front; where none stands, the message is the assistant's. */
function cutAuthor(text: string, presetRole: Role | undefined): readonly [Author, string] {
  const roles = ROLES.filter((role) => role !== 'tool' && (presetRole === undefined || role === presetRole)).join('|')
  const role = new RegExp(`^\\s*(${roles})(\\1|\\s)*`).exec(text)
  if (role !== null) return [{ role: role[1] as Role }, text.slice(role[0].length)]
  if (presetRole !== undefined) return [{ role: presetRole }, text.trimStart()]
  const toolName = /^\s*([\w-]+(?:\.[\w-]+)+)(?:\s+|$)/.exec(text)
  if (toolName !== null) return [{ role: 'tool', name: toolName[1] }, text.slice(toolName[0].length)]
  return [{ role: 'assistant' }, text.trimStart()]
}

/** Cuts the channel off the front: a known one also from text that it runs into, another word only where more follows it. */
function cutChannel(text: string): readonly [string | undefined, string] {
  const known = /^\s*(analysis|commentary|final)/.exec(text)
  const channel = known ?? /^\s*(?!to=)([^\s<{["]+)(?=\s+\S)/.exec(text)
  return channel === null ? [undefined, text] : [channel[1], text.slice(channel[0].length)]
}

/** Cuts recipient and content type off the front, and the white space before what follows. */
function cutFields(text: string): readonly [Fields, string] {
  const recipient = /^\s*to\s*=\s*([^\s<{[]+)/.exec(text)
  let rest = recipient === null ? text : text.slice(recipient[0].length)
  const constrained = /^\s*<\|constrain\|>\s*[\w.+/-]*/.exec(rest)
  const contentType = constrained ?? (recipient === null ? null : /^\s+(json|code)(?=[\s{["]|$)/.exec(rest))
  if (contentType !== null) rest = rest.slice(contentType[0].length)
  return [
    {
      ...(recipient !== null && { recipient: recipient[1]! }),
      ...(contentType !== null && { contentType: contentType[0].replace(/\s/g, '') }),
    },
    rest.trimStart(),
  ]
}

function isChannelsAndPunctuation(text: string): boolean {
  return /^(analysis|commentary|final|[\p{P}\s])*$/u.test(text)
}
