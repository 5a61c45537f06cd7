import { SPECIAL_TOKENS } from '../tokenizer/index.js'
import { CHANNELS } from '../message/index.js'
import type { ScannedText } from './marker-scanner.js'

/**
 * Puts the markers back that a server took out of a completion's text, as far as they can be guessed:
 *
 *   analysisThe user greets.assistantfinalHello!
 *   ^ a header               ^ the next one
 *
 * A header is a channel's name at the beginning, or directly after `assistant` anywhere. A recipient may
 * follow the channel (`commentary to=functions.f json`) or precede it (` to=functions.fcommentary json`). The
 * same words in a message's text are taken for a header too. Text that may be the beginning of a header is
 * held back until more comes: at most `LONGEST_HEADER` characters.
 */
export class StrippedMarkers {
  #held = ''
  #isAtStart = true
  readonly #to: ScannedText

  constructor(to: ScannedText) {
    this.#to = to
  }

  push(chunk: string): void {
    this.#read(this.#held + chunk, false)
  }

  end(): void {
    this.#read(this.#held, true)
  }

  #read(text: string, isEnd: boolean): void {
    let given = 0
    for (let from = 0; ;) {
      const at = this.#isAtStart ? 0 : nextRole(text, from)
      const header = headerAt(text, at, this.#isAtStart, isEnd)
      if (header === 'unfinished' || at === text.length) {
        this.#give(text.slice(given, at))
        this.#held = text.slice(at)
        return
      }
      if (header !== undefined) {
        this.#give(text.slice(given, at))
        this.#giveHeader(header)
        given = from = header.end
      } else if (!this.#isAtStart) from = at + 1
      this.#isAtStart = false
    }
  }

  #giveHeader({ recipient, isRecipientFirst, channel, contentType }: StrippedHeader): void {
    if (!this.#isAtStart) {
      this.#to.marker(SPECIAL_TOKENS.END)
      this.#to.marker(SPECIAL_TOKENS.START)
      this.#to.text('assistant')
    }
    const to = recipient === undefined ? '' : ` to=${recipient}`
    if (isRecipientFirst) this.#give(to)
    this.#to.marker(SPECIAL_TOKENS.CHANNEL)
    const type = contentType === undefined ? '' : ` ${contentType}`
    this.#to.text(`${channel}${isRecipientFirst ? '' : to}${type}`)
    this.#to.marker(SPECIAL_TOKENS.MESSAGE)
  }

  #give(text: string): void {
    if (text !== '') this.#to.text(text)
  }
}

interface StrippedHeader {
  readonly channel: string
  readonly recipient: string | undefined
  readonly isRecipientFirst: boolean
  readonly contentType: string | undefined
  /** Where the content begins. */
  readonly end: number
}

const ROLE = 'assistant'
/** Longer names are no tool's. */
const LONGEST_NAME = 256
const LONGEST_HEADER = `${ROLE}commentary to= json`.length + LONGEST_NAME

const CHANNEL = CHANNELS.join('|')
const NAME = `[\\w.-]{1,${LONGEST_NAME}}`
/** The shortest name that a content type and then no further character of a name follow. */
const CHANNEL_FIRST = new RegExp(`(${CHANNEL})(?: to=(${NAME}?)(?: ?(json|code))?(?![\\w.-]))?`, 'y')
/** The longest name that a channel follows: `functions.final_answer` with `commentary`. */
const RECIPIENT_FIRST = new RegExp(` to=(${NAME})(${CHANNEL})(?: ?(json|code)(?![\\w.-]))?`, 'y')

const UNFINISHED_TYPE = '(?: (?:j|js|jso|json|c|co|cod|code)?)?'
const UNFINISHED_CHANNEL_FIRST = new RegExp(
  `^(?:${CHANNEL})(?: (?:t|to|to=[\\w.-]{0,${LONGEST_NAME}}${UNFINISHED_TYPE})?)?$`,
)
const UNFINISHED_RECIPIENT_FIRST = new RegExp(`^ to=[\\w.-]*${UNFINISHED_TYPE}$`)
const BEGINNINGS = [...CHANNELS, ' to=']

/** Where `assistant` stands next, or its beginning at the end of the text; the text's length if nowhere. */
function nextRole(text: string, from: number): number {
  const at = text.indexOf(ROLE, from)
  if (at >= 0) return at
  for (let start = Math.max(from, text.length - ROLE.length + 1); start < text.length; start++)
    if (ROLE.startsWith(text.slice(start))) return start
  return text.length
}

/** The header that begins at an index. @param isFirst the role may be missing, because the prompt ended with it */
function headerAt(
  text: string,
  start: number,
  isFirst: boolean,
  isEnd: boolean,
): StrippedHeader | 'unfinished' | undefined {
  const isOpen = !isEnd && text.length - start <= LONGEST_HEADER
  if (!text.startsWith(ROLE, start)) {
    if (isOpen && ROLE.startsWith(text.slice(start))) return 'unfinished'
    return isFirst ? headerAfterRole(text, start, isOpen) : undefined
  }
  return headerAfterRole(text, start + ROLE.length, isOpen)
}

/** @param isOpen whether more text may follow, and the header may yet grow */
function headerAfterRole(
  text: string,
  start: number,
  isOpen: boolean,
): StrippedHeader | 'unfinished' | undefined {
  const rest = isOpen ? text.slice(start) : undefined
  if (rest !== undefined && isUnfinished(rest)) return 'unfinished'

  CHANNEL_FIRST.lastIndex = RECIPIENT_FIRST.lastIndex = start
  const channelFirst = CHANNEL_FIRST.exec(text)
  if (channelFirst !== null) {
    const [{ length }, channel, recipient, contentType] = channelFirst
    return { channel, recipient, isRecipientFirst: false, contentType, end: start + length }
  }
  const recipientFirst = RECIPIENT_FIRST.exec(text)
  if (recipientFirst === null) return undefined
  const [{ length }, recipient, channel, contentType] = recipientFirst
  return { channel, recipient, isRecipientFirst: true, contentType, end: start + length }
}

function isUnfinished(rest: string): boolean {
  return (
    BEGINNINGS.some((beginning) => beginning.startsWith(rest)) ||
    UNFINISHED_CHANNEL_FIRST.test(rest) ||
    UNFINISHED_RECIPIENT_FIRST.test(rest)
  )
}
