import { isChannel, type MessageHeader, type Role } from '../message/index.js'
import { SPECIAL_TOKENS, type Tokenizer } from '../tokenizer/index.js'
import type { DeviationCode } from '../errors.js'
import { decodeWithEnds } from './decode-with-ends.js'

/** What the recovering readers of headers know beside the header's tokens. */
export interface HeaderContext {
  readonly tokenizer: Tokenizer
  /** Index of the header's first token in the stream. */
  readonly tokenIndex: number
  /** The role, where it was given and does not stand in the header. */
  readonly presetRole: Role | undefined
  /** Names of the tools that can be called; without them no name is taken apart. */
  readonly tools: ReadonlySet<string> | undefined
}

/** A repair of a header. Its tokens are those from `start` up to, not including, `end`. */
export interface HeaderDeviation {
  readonly code: DeviationCode
  readonly start: number
  readonly end: number
  readonly evidence: string
}

/** A header read with repairs. */
export interface RecoveredHeader {
  readonly header: MessageHeader
  /** The repairs, in the order of their tokens. */
  readonly deviations: readonly HeaderDeviation[]
}

export interface Author {
  readonly role: Role
  readonly name?: string | undefined
}

export const CONSTRAIN = '<|constrain|>'

/** Content types that a recipient's name may have run into. */
const GLUED_TYPES = ['json', 'code']

/** A stretch of a header's text, and the tokens it stands in. */
export interface Section {
  readonly text: string
  readonly tokenIndex: number
  readonly tokenEnd: number
  /** The token that the character at an offset of the text stands in. */
  tokenAt(offset: number): number
}

/**
 * A header's text, cut at its `<|channel|>` markers.
 *
 *   assistant to=functions.f<|channel|>commentary <|constrain|>json
 *   ^ lead                             ^ channel section
 */
export interface HeaderSections {
  readonly lead: Section
  /** What follows each `<|channel|>`; its `tokenIndex` is that of the marker. */
  readonly channels: readonly Section[]
}

export function cutIntoSections(
  tokens: readonly number[],
  context: HeaderContext,
  deviations: DeviationList,
): HeaderSections {
  const sections: Section[] = []
  for (let start = 0; start <= tokens.length;) {
    const isLead = sections.length === 0
    const textStart = isLead ? start : start + 1
    const next = tokens.indexOf(SPECIAL_TOKENS.CHANNEL, textStart)
    const end = next < 0 ? tokens.length : next
    const { text, ends, invalidCount } = decodeWithEnds(tokens.slice(textStart, end), context.tokenizer)
    const section = {
      text,
      tokenIndex: context.tokenIndex + start,
      tokenEnd: context.tokenIndex + end,
      tokenAt: (offset: number) => context.tokenIndex + textStart + firstAbove(ends, offset),
    }
    if (invalidCount > 0) deviations.addSection('invalid-utf8', section)
    sections.push(section)
    start = next < 0 ? Infinity : next
  }
  const [lead, ...channels] = sections
  return { lead: lead, channels }
}

/** Index of the first number above `limit` in an ascending list; by halving, as a header may be as long as a model's whole output. */
function firstAbove(ascending: readonly number[], limit: number): number {
  let low = 0
  let high = ascending.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (ascending[middle] > limit) high = middle
    else low = middle + 1
  }
  return low
}

/** The deviations of one header, as they are found. */
export class DeviationList {
  readonly #deviations: HeaderDeviation[] = []

  add(code: DeviationCode, start: number, end: number, evidence: string): void {
    this.#deviations.push({ code, start, end, evidence })
  }

  addSection(code: DeviationCode, section: Section): void {
    this.add(code, section.tokenIndex, section.tokenEnd, section.text)
  }

  has(code: DeviationCode): boolean {
    return this.#deviations.some((deviation) => deviation.code === code)
  }

  inOrder(): readonly HeaderDeviation[] {
    return this.#deviations.sort((one, other) => one.start - other.start)
  }
}

/** A header of its parts; a recipient `assistant` on an assistant's own message says nothing and is left out. */
export function composeHeader(
  author: Author,
  recipient: string | undefined,
  channel: string | undefined,
  contentType: string | undefined,
): MessageHeader {
  return {
    role: author.role,
    ...(author.name !== undefined && { name: author.name }),
    ...(recipient !== undefined && !isToItself(author, recipient) && { recipient }),
    ...(channel !== undefined && { channel }),
    ...(contentType !== undefined && { content_type: contentType }),
  }
}

export function isToItself(author: Author, recipient: string | undefined): boolean {
  return author.role === 'assistant' && recipient === 'assistant'
}

/** The content type that ran into a recipient, where the tools tell: `functions.shelljson` of `shell`. */
export function gluedType(
  recipient: string | undefined,
  tools: ReadonlySet<string> | undefined,
): string | undefined {
  if (recipient === undefined || tools === undefined || isTool(recipient, tools)) return undefined
  return GLUED_TYPES.find(
    (type) => recipient.endsWith(type) && isTool(recipient.slice(0, -type.length), tools),
  )
}

/** Whether a recipient is one of the tools, named with or without the namespace `functions`. */
export function isTool(recipient: string, tools: ReadonlySet<string>): boolean {
  return (
    tools.has(recipient) ||
    (recipient.startsWith('functions.') && tools.has(recipient.slice('functions.'.length)))
  )
}

/** Whether a word that stands where no recipient does is one all the same: `functions.NAME`, or a tool that the caller knows. */
export function isMisplacedRecipient(word: string, tools: ReadonlySet<string> | undefined): boolean {
  if (isChannel(word) || GLUED_TYPES.includes(word)) return false
  return /^functions\.[\w-]+(?:\.[\w-]+)*$/.test(word) || (tools !== undefined && isTool(word, tools))
}

/** Whether a recipient names nobody: `to=`, `to=functions.`. */
export function isEmptyRecipient(recipient: string): boolean {
  return recipient === '' || recipient === 'functions.'
}
