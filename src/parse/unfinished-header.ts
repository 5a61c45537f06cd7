import { CHANNELS, isChannel, type Role, ROLES } from '../message/index.js'
import {
  composeHeader,
  cutIntoSections,
  DeviationList,
  gluedType,
  isEmptyRecipient,
  isMisplacedRecipient,
  type Author,
  type HeaderContext,
  type RecoveredHeader,
  type Section,
} from './header-sections.js'

/** A header that something other than `<|message|>` closed. */
export interface UnfinishedHeader extends RecoveredHeader {
  /** What stood in it beyond role, channel, recipient and content type: the message's content. */
  readonly content: string
  /** Whether that is nothing, or nothing but channel names and punctuation: then it is no message. */
  readonly isStub: boolean
  readonly hasChannel: boolean
  /** Whether a channel or a recipient stands right before the content, so that it can be no name. */
  readonly followsFields: boolean
  /** Index of the token in which the content starts; of the header's end where there is none. */
  readonly contentIndex: number
  /** Whether a word of the header may begin with the content, or with nothing: what follows could still be header. */
  readonly mayGoOn: boolean
  /** Whether the header has nothing but text that no header has: no channel, no recipient, and no content type. */
  readonly isProse: boolean
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
  const [author, afterAuthor, isNamed] = cutAuthor(lead, context.presetRole, deviations)
  let [fields, content] = cutFields(lead, afterAuthor, {}, context.tools, deviations)
  let channel: string | undefined
  let followsFields = fields.recipient !== undefined
  channels.forEach((section, index) => {
    if (content !== '') deviations.add('header-noise', lead.tokenIndex, section.tokenIndex, content)
    const [found, afterChannel] = cutChannel(section.text)
    if (found !== undefined && !isChannel(found))
      deviations.add('unknown-channel', section.tokenIndex, section.tokenEnd, found)
    channel = found ?? channel
    const before = fields.recipient
    ;[fields, content] = cutFields(section, afterChannel, fields, context.tools, deviations)
    followsFields = found !== undefined || fields.recipient !== before
    if (index < channels.length - 1) {
      deviations.add('repeated-channel', section.tokenIndex, section.tokenEnd, `<|channel|>${section.text}`)
    }
  })
  const hasChannel = channels.length > 0
  const glued = gluedType(fields.recipient, context.tools)
  if (fields.recipient !== undefined && glued !== undefined) {
    const section = channels.at(-1) ?? lead
    deviations.add('glued-content-type', section.tokenIndex, section.tokenEnd, fields.recipient)
    fields = { recipient: fields.recipient.slice(0, -glued.length), contentType: fields.contentType ?? glued }
  }
  const header = composeHeader(author, fields.recipient, channel, fields.contentType)
  return {
    header,
    content,
    isStub:
      header.recipient === undefined && (content === '' || (hasChannel && isChannelsAndPunctuation(content))),
    hasChannel,
    followsFields,
    contentIndex: contentIndexOf(channels.at(-1) ?? lead, content),
    mayGoOn: (hasChannel ? WORDS_AFTER_CHANNEL : WORDS_OF_LEAD).some((word) => word.startsWith(content)),
    isProse: isNamed && !hasChannel && header.recipient === undefined && isProse(content),
    deviations: deviations.inOrder(),
  }
}

const WORDS_OF_LEAD = ['to']
const WORDS_AFTER_CHANNEL = [...CHANNELS, 'to', 'json', 'code']

/** The content is the end of the last section. */
function contentIndexOf(section: Section, content: string): number {
  return content === '' ? section.tokenEnd : section.tokenAt(section.text.length - content.length)
}

/** Whether a header's text in front of a channel is more than a channel, a recipient, a content type or punctuation. */
function isProse(content: string): boolean {
  return !/to\s*=/.test(content) && !consistsOf(content, FIELDS_AND_SIGNS)
}

interface Fields {
  readonly recipient?: string
  readonly contentType?: string
}

/** Cuts the role off the front; where none stands, the message is the assistant's. */
function cutAuthor(
  lead: Section,
  presetRole: Role | undefined,
  deviations: DeviationList,
): readonly [author: Author, rest: string, isNamed: boolean] {
  const { text } = lead
  const [found, role] = (ROLE.exec(text) ?? []) as [string?, Role?]
  if (found !== undefined && role === (presetRole ?? role)) {
    const isRepeated = presetRole !== undefined || found.split(role!).length > 2
    if (isRepeated) deviations.add('repeated-role', lead.tokenIndex, lead.tokenEnd, found)
    return [{ role: role! }, text.slice(found.length), true]
  }
  if (presetRole !== undefined) return [{ role: presetRole }, text.trimStart(), true]
  const toolName = /^\s*([\w-]+(?:\.[\w-]+)+)(?:\s+|$)/.exec(text)
  if (toolName !== null) return [{ role: 'tool', name: toolName[1] }, text.slice(toolName[0].length), true]
  return [{ role: 'assistant' }, text.trimStart(), false]
}

/** A role at the front, once or more. A tool's message has its name where the role stands. */
const ROLE = new RegExp(`^\\s*(${ROLES.filter((role) => role !== 'tool').join('|')})(?:\\1|\\s+)*`)

/**
 * Cuts the channel off the front: a known one also from text that it runs into (`finalThe`, `final{`), but never
 * from the middle of a word (`finally`); another word only before a recipient.
 */
function cutChannel(text: string): readonly [string | undefined, string] {
  const channel =
    /^\s*(analysis|commentary|final)(?![a-z])/.exec(text) ??
    /^\s*(?!to\s*=)([^\s<{["]+)(?=\s+to\s*=\s*\S)/.exec(text)
  return channel === null ? [undefined, text] : [channel[1], text.slice(channel[0].length)]
}

/** Cuts recipients and content type off the front, and the white space before what follows. The last recipient counts. */
function cutFields(
  section: Section,
  text: string,
  before: Fields,
  tools: ReadonlySet<string> | undefined,
  deviations: DeviationList,
): readonly [Fields, string] {
  const { tokenIndex, tokenEnd } = section
  let { recipient, contentType } = before
  let rest = text
  for (let found = RECIPIENT.exec(rest); found !== null; found = RECIPIENT.exec(rest)) {
    rest = rest.slice(found[0].length)
    if (isEmptyRecipient(found[1])) {
      deviations.add('empty-recipient', tokenIndex, tokenEnd, found[0].trim())
      continue
    }
    if (recipient !== undefined) deviations.add('repeated-recipient', tokenIndex, tokenEnd, `to=${recipient}`)
    recipient = found[1]
  }
  const [misplaced, name = ''] = recipient === undefined ? (MISPLACED_RECIPIENT.exec(rest) ?? []) : []
  if (misplaced !== undefined && isMisplacedRecipient(name, tools)) {
    deviations.add('misplaced-recipient', tokenIndex, tokenEnd, misplaced.trim())
    recipient = name
    rest = rest.slice(misplaced.length)
  }
  const [constrain] = /^\s*<\|constrain\|>\s*/.exec(rest) ?? []
  const type =
    /^\s*<\|constrain\|>\s*[\w.+/-]*(?=[\s{[(<"]|$)/.exec(rest) ??
    (recipient === undefined ? TYPE_BEFORE_JSON : TYPE).exec(rest)
  if (type !== null) {
    if (contentType !== undefined) deviations.add('header-noise', tokenIndex, tokenEnd, contentType)
    contentType = type[0].replace(/\s/g, '')
    rest = rest.slice(type[0].length)
  } else if (constrain !== undefined) {
    deviations.add('constrain-text', tokenIndex, tokenEnd, constrain.trim())
    rest = rest.slice(constrain.length)
  }
  return [
    { ...(recipient !== undefined && { recipient }), ...(contentType !== undefined && { contentType }) },
    rest.trimStart(),
  ]
}

// Without a recipient, text may well begin with such a word.
const TYPE = /^\s+(json|code)(?=[\s{["]|$)/
const TYPE_BEFORE_JSON = /^\s+json(?=\s*[{[])/
const RECIPIENT = /^\s*to\s*=\s*([^\s{[<]*(?:<+(?!\|constrain\|>)[^\s{[<]*)*)/
// A name that stands before arguments, where a recipient's `to=` is missing or `<|constrain|>` stands before it.
const MISPLACED_RECIPIENT =
  /^\s*(?:<\|constrain\|>\s*)?(?:to\s*=\s*)?([^\s<{["]+)(?=(?:\s*(?:json|code))?\s*(?:[{[]|<\|constrain\|>|$))/

function isChannelsAndPunctuation(text: string): boolean {
  return consistsOf(text, CHANNELS_AND_PUNCTUATION)
}

const FIELDS_AND_SIGNS = /analysis|commentary|final|json|code|[\p{P}\p{S}\s]+/uy
const CHANNELS_AND_PUNCTUATION = /analysis|commentary|final|[\p{P}\s]+/uy

/** Whether text is nothing but matches of a sticky pattern. As one expression, it would overflow the stack. */
function consistsOf(text: string, pattern: RegExp): boolean {
  pattern.lastIndex = 0
  while (pattern.lastIndex < text.length) if (!pattern.test(text)) return false
  return true
}
