import { HarmonyError, quote } from '../errors.js'
import { type Role, ROLES } from '../message/index.js'
import type { MessageHeader } from '../message/index.js'

/** A header as the official library reads it, and what it could not place. */
export interface OfficialHeader {
  readonly header: MessageHeader
  /** Words left over, joined by single spaces; `undefined` where there are none. */
  readonly rest: string | undefined
}

const CHANNEL = '<|channel|>'
const CONSTRAIN = '<|constrain|>'

/**
 * Reads a header's text, markers spelled out, by the official library's rules, oddities included: the first channel wins, a lone word is the
 * recipient, and `<|constrain|>json` counts as a word.
 *
 * @param presetRole the role, where it was given and does not stand in the text
 * @param wholeHeader whether recipient and content type are looked for; if not, all words after the role are left over
 * @param tokenIndex of the token that closed the header, for errors
 * @throws HarmonyError `invalid-header` for a marker without channel and for a missing or unknown role
 */
export function readOfficialHeader(
  text: string,
  presetRole: Role | undefined,
  wholeHeader: boolean,
  tokenIndex: number,
): OfficialHeader {
  const { channel, withoutChannel } = cutChannel(text, tokenIndex)
  const trimmed = trimWhiteSpace(withoutChannel)
  const words = trimmed.replaceAll(CONSTRAIN, ` ${CONSTRAIN}`).split(ASCII_WHITE_SPACE).filter(Boolean)

  let role = presetRole
  let name: string | undefined
  if (role === undefined) {
    const first = words[0]
    if (first === undefined)
      throw new HarmonyError('invalid-header', 'message header: no role in it', {
        tokenIndex,
        evidence: text,
      })
    role = ROLES.find((known) => known === first)
    if (role === undefined) {
      if (words.length === 1 && !first.startsWith('to=')) {
        throw new HarmonyError(
          'invalid-header',
          `message header: unknown role ${quote(first)}, wanted one of ${ROLES.join(', ')}`,
          {
            tokenIndex,
            evidence: first,
          },
        )
      }
      role = 'tool'
      words.shift()
    }
    if (role === 'tool') name = first
  }
  if (words[0] === role) words.shift()

  let recipient: string | undefined
  let contentType: string | undefined
  if (wholeHeader && words.length > 0) {
    const last = words.pop()!
    const isOnlyWord = words.length === 0
    if (isOnlyWord || last.startsWith('to=')) {
      recipient = withoutTo(last)
    } else {
      contentType = last
      recipient = withoutTo(words.pop()!)
    }
  }
  return {
    header: {
      role,
      ...(name !== undefined && { name }),
      ...(recipient !== undefined && { recipient }),
      ...(channel !== undefined && { channel }),
      ...(contentType !== undefined && { content_type: contentType }),
    },
    rest: words.length > 0 ? words.join(' ') : undefined,
  }
}

// Rust's `trim`, `split_ascii_whitespace` and `char::is_whitespace`: JavaScript's \s has U+FEFF, which none of them has, and lacks U+0085.
const WHITE_SPACE = /\p{White_Space}/u
const ASCII_WHITE_SPACE = /[\t\n\f\r ]+/
const CHANNEL_END = /[\p{White_Space}<]/u

function trimWhiteSpace(text: string): string {
  let [start, end] = [0, text.length]
  while (start < end && WHITE_SPACE.test(text[start])) start++
  while (end > start && WHITE_SPACE.test(text[end - 1])) end--
  return text.slice(start, end)
}

function cutChannel(
  text: string,
  tokenIndex: number,
): { channel: string | undefined; withoutChannel: string } {
  const start = text.indexOf(CHANNEL)
  if (start < 0) return { channel: undefined, withoutChannel: text }
  const after = text.slice(start + CHANNEL.length)
  const end = after.search(CHANNEL_END)
  const channel = end < 0 ? after : after.slice(0, end)
  if (channel === '') {
    throw new HarmonyError('invalid-header', 'message header: <|channel|> without a channel after it', {
      tokenIndex,
      evidence: text,
    })
  }
  return { channel, withoutChannel: text.slice(0, start) + after.slice(channel.length) }
}

function withoutTo(word: string): string {
  return word.startsWith('to=') ? word.slice('to='.length) : word
}
