import { SPECIAL_TOKENS } from '../tokenizer/index.js'
import { CHANNELS } from './header-sections.js'
import type { ScannedText } from './marker-scanner.js'

/**
 * Puts the markers back that a server took out of a completion's text, as far as they can be guessed:
 *
 *   analysisThe user greets.assistantfinalHello!
 *   ^ a header               ^ the next one
 *
 * A channel's name at the beginning, and `assistant` with a channel's name right behind it anywhere, is taken for a header, with a recipient and a content
 * type behind the recipient if they follow; so it is too where the model wrote just that as text. What may be the beginning of a header is
 * held back until more comes.
 */
export class StrippedMarkers {
  #held = ''
  #isAtStart = true
  readonly #to: ScannedText

  constructor(to: ScannedText) {
    this.#to = to
  }

  push(chunk: string): void {
    this.#held += chunk
    while (this.#readHeader(false));
    this.#give(this.#held.length - beginningLength(this.#held, this.#isAtStart))
  }

  end(): void {
    while (this.#readHeader(true));
    this.#give(this.#held.length)
  }

  /** Reads on through the next header, if it is all there. */
  #readHeader(isEnd: boolean): boolean {
    this.#isAtStart &&= HEADERS.some(
      (header) => header.startsWith(this.#held) || this.#held.startsWith(header),
    )
    const found = (this.#isAtStart ? FIRST_HEADER : HEADER).exec(this.#held)
    if (found === null) return false
    const behind = this.#held.slice(found.index + found[0].length)
    if (!isEnd && UNFINISHED_RECIPIENT.test(behind)) return false
    const isFirst = this.#isAtStart
    this.#give(found.index)
    const [recipient] = RECIPIENT.exec(behind) ?? ['']
    if (!isFirst) {
      this.#to.marker(SPECIAL_TOKENS.END)
      this.#to.marker(SPECIAL_TOKENS.START)
      this.#to.text('assistant')
    }
    this.#to.marker(SPECIAL_TOKENS.CHANNEL)
    this.#to.text(`${found[1]}${recipient.replace(/(?<=\S) ?(?=(json|code)$)/, ' ')}`)
    this.#to.marker(SPECIAL_TOKENS.MESSAGE)
    this.#held = behind.slice(recipient.length)
    this.#isAtStart = false
    return true
  }

  #give(length: number): void {
    if (length === 0) return
    this.#to.text(this.#held.slice(0, length))
    this.#held = this.#held.slice(length)
    this.#isAtStart = false
  }
}

const FIRST_HEADER = /^(?:assistant)?(analysis|commentary|final)/
const HEADER = /assistant(analysis|commentary|final)/
const RECIPIENT = /^ to=[\w.-]+?(?: ?(?:json|code))?(?![\w.-])/
const UNFINISHED_RECIPIENT = /^(?: |$)(?:$|t$|to$|to=[\w.-]*(?: [a-z]*)?$)/
const HEADERS = CHANNELS.flatMap((channel) => [channel, `assistant${channel}`])

/** Length of the end of the text that may yet become a header: all of it from `assistant` on where one is under way. */
function beginningLength(text: string, isAtStart: boolean): number {
  const underWay = (isAtStart ? FIRST_HEADER : HEADER).exec(text)
  if (underWay !== null) return text.length - underWay.index
  const candidates = isAtStart && HEADERS.some((header) => header.startsWith(text)) ? [text.length] : []
  for (let length = 1; length <= Math.min(text.length, 'assistantcommentary'.length); length++) {
    const end = text.slice(-length)
    if (CHANNELS.some((channel) => `assistant${channel}`.startsWith(end))) candidates.push(length)
  }
  return Math.max(0, ...candidates)
}
