import { CHANNELS, isChannel, type Role, ROLES } from '../message/index.js'
import {
  composeHeader,
  CONSTRAIN,
  cutIntoSections,
  DeviationList,
  gluedType,
  isEmptyRecipient,
  isMisplacedRecipient,
  isToItself,
  type Author,
  type HeaderContext,
  type RecoveredHeader,
  type Section,
} from './header-sections.js'

/**
 * Reads a header that `<|message|>` closed.
 *
 *   assistant<|channel|>commentary to=functions.f <|constrain|>json<|message|>
 *   ^ role              ^ channel  ^ recipient    ^ content type
 *
 * A section's first word is its role (or a tool's name) or its channel, a word `to=x` the recipient, the last other word the content type.
 * Of channels, recipients and content types the last wins; what is none of them is noise.
 */
export function readClosedHeader(tokens: readonly number[], context: HeaderContext): RecoveredHeader {
  const deviations = new DeviationList()
  const { lead, channels } = cutIntoSections(tokens, context, deviations)
  const isRepeated = channels.length > 1
  const noise: Word[] = []

  const leadWords = wordsOf(lead).flatMap(cutRoleFromChannel)
  const author = takeAuthor(leadWords, lead, context, deviations)
  const words = [...leadWords]
  let channel = channels.length === 0 ? takeBareChannel(words, noise) : undefined
  let winner = channels.at(-1)
  for (const section of channels) {
    const sectionWords = wordsOf(section)
    const found = takeChannel(sectionWords, noise, context.tools)
    if (found !== undefined) {
      channel = found
      winner = section
    } else if (!isRepeated && !isMisplacedRecipient(sectionWords[0]?.text ?? '', context.tools)) {
      deviations.add('empty-channel', section.tokenIndex, section.tokenIndex + 1, '<|channel|>')
    }
    for (const word of sectionWords) words.push(word)
  }
  for (const section of channels) {
    if (section === winner) continue
    deviations.add('repeated-channel', section.tokenIndex, section.tokenEnd, `<|channel|>${section.text}`)
  }
  if (winner !== undefined && channel !== undefined && !isChannel(channel)) {
    deviations.add('unknown-channel', winner.tokenIndex, winner.tokenEnd, channel)
  }

  let recipient = takeRecipient(words, deviations) ?? takeMisplacedRecipient(words, context.tools, deviations)
  let contentType = takeContentType(words, noise)
  const glued = gluedType(recipient?.text, context.tools)
  if (recipient !== undefined && glued !== undefined) {
    deviations.add('glued-content-type', recipient.tokenIndex, recipient.tokenEnd, recipient.text)
    recipient = { ...recipient, text: recipient.text.slice(0, -glued.length) }
    contentType ??= glued
  }
  if (recipient !== undefined && isToItself(author, recipient.text) && !isRepeated) noise.push(recipient)
  if (noise.length > 0) addNoise(noise, deviations)
  else if (!deviations.has('empty-channel') && !deviations.has('empty-recipient')) {
    for (const section of [lead, ...channels]) {
      if (!isWellSpaced(section, section === lead && context.presetRole !== undefined))
        deviations.addSection('header-spacing', section)
    }
  }
  return {
    header: composeHeader(author, recipient?.text, channel, contentType),
    deviations: deviations.inOrder(),
  }
}

interface Word {
  readonly text: string
  readonly tokenIndex: number
  readonly tokenEnd: number
}

// A word: a role or channel that runs into a recipient; a content type with its marker; a recipient; anything else. White space within `to = x` and
// behind `<|constrain|>` belongs to the word. A loop's turn takes more than one character, as each turn takes room on the stack.
const WORD =
  /(?:assistant|analysis|commentary|final)(?=to=)|<\|constrain\|>(?:\s*(?=\S)(?!<\|constrain\|>)[^\s<]*(?:<+(?!\|constrain\|>)[^\s<]*)*)?|(?:to\s*=\s*)?(?=\S)(?!<\|constrain\|>)[^\s<]*(?:<+(?!\|constrain\|>)[^\s<]*)*/gu

function wordsOf(section: Section): Word[] {
  return [...section.text.matchAll(WORD)].map(({ 0: text, index }) => ({
    text: text.replace(/\s/gu, ''),
    tokenIndex: section.tokenAt(index),
    tokenEnd: section.tokenAt(index + text.length - 1) + 1,
  }))
}

/** In the lead, a role that runs into a channel's name, `assistantfinal`, is two words. */
function cutRoleFromChannel(word: Word): Word[] {
  const [, roles, channel] = /^((?:assistant)+)(analysis|commentary|final)$/.exec(word.text) ?? []
  return roles === undefined
    ? [word]
    : [
        { ...word, text: roles },
        { ...word, text: channel },
      ]
}

/** Takes the author off the front of the lead's words. */
function takeAuthor(words: Word[], lead: Section, context: HeaderContext, deviations: DeviationList): Author {
  const preset = context.presetRole
  const role = preset ?? knownRole(words[0]?.text)
  if (role !== undefined) {
    // `assistantassistant`, `assistant assistant`: the role that the prefill gave counts as the first.
    let count = preset === undefined ? 0 : 1
    while (words[0] !== undefined && knownRole(words[0].text) === role)
      count += words.shift()!.text.length / role.length
    if (count > 1) deviations.addSection('repeated-role', lead)
    return { role }
  }
  const first = words[0]?.text
  if (first === undefined || first.startsWith('to=') || first.startsWith(CONSTRAIN)) {
    deviations.add('missing-role', lead.tokenIndex, lead.tokenIndex, '')
    return { role: 'assistant' }
  }
  words.shift()
  const [, namedRole, name] = /^(system|developer|user|assistant):(.+)$/.exec(first) ?? []
  if (namedRole !== undefined) return { role: namedRole as Role, name }
  if (isChannel(first)) {
    words.unshift({ ...lead, text: first })
    deviations.add('missing-role', lead.tokenIndex, lead.tokenIndex, '')
    return { role: 'assistant' }
  }
  return { role: 'tool', name: first }
}

/** The role that a word is, once or repeated without a space. A tool's role stands for its name, so that `tool` is a name. */
function knownRole(word: string | undefined): Role | undefined {
  return ROLES.find(
    (role) => role !== 'tool' && word !== undefined && word.replaceAll(role, '') === '' && word !== '',
  )
}

/** Takes the channel off the front of a channel section's words, without what runs into a known channel's name. */
function takeChannel(
  words: Word[],
  noise: Word[],
  tools: ReadonlySet<string> | undefined,
): string | undefined {
  const first = words[0]
  if (first === undefined || first.text.startsWith('to=') || first.text.startsWith(CONSTRAIN))
    return undefined
  if (isMisplacedRecipient(first.text, tools)) return undefined
  words.shift()
  const [, before, channel, after] =
    /^([^\p{L}\p{N}]*)(analysis|commentary|final)(?![a-z])(.*)$/su.exec(first.text) ?? []
  if (channel === undefined) return first.text
  if (before !== '' || after !== '') noise.push({ ...first, text: `${before}${after}` })
  return channel
}

/** A known channel's name in a header without `<|channel|>`. */
function takeBareChannel(words: Word[], noise: Word[]): string | undefined {
  const index = words.findIndex((word) => isChannel(word.text))
  if (index < 0) return undefined
  const [word] = words.splice(index, 1)
  noise.push(word)
  return word.text
}

/** Takes the recipients out of the words; the last one that names somebody counts. */
function takeRecipient(words: Word[], deviations: DeviationList): Word | undefined {
  const recipients: Word[] = []
  for (const word of words.filter(isRecipient)) {
    if (isEmptyRecipient(word.text.slice('to='.length)))
      deviations.add('empty-recipient', word.tokenIndex, word.tokenEnd, word.text)
    else recipients.push(word)
  }
  for (const word of recipients.slice(0, -1)) {
    deviations.add('repeated-recipient', word.tokenIndex, word.tokenEnd, word.text)
  }
  const last = recipients.at(-1)
  return last && { ...last, text: last.text.slice('to='.length) }
}

/** Takes out a word that can only be meant as the recipient: `final <|constrain|>functions.f`, `commentary functions.f`. */
function takeMisplacedRecipient(
  words: Word[],
  tools: ReadonlySet<string> | undefined,
  deviations: DeviationList,
): Word | undefined {
  const index = words.findIndex((word) => isMisplacedRecipient(nameIn(word), tools))
  if (index < 0) return undefined
  const [word] = words.splice(index, 1)
  deviations.add('misplaced-recipient', word.tokenIndex, word.tokenEnd, word.text)
  return { ...word, text: nameIn(word) }
}

/** A word without what marks it as something else. */
function nameIn({ text }: Word): string {
  return text.replace(CONSTRAIN, '').replace(/^to=/, '')
}

/** Words that are something else, wherever they stand. */
const NO_TYPES: readonly string[] = [...CHANNELS, ...ROLES]

/** The last word behind the first recipient, or the last that `<|constrain|>` marks. All others are noise. */
function takeContentType(words: readonly Word[], noise: Word[]): string | undefined {
  const afterRecipient = words.findIndex(isRecipient) + 1
  const constrained = words.findLastIndex((word) => word.text.startsWith(CONSTRAIN))
  const last = words.findLastIndex((word) => !isRecipient(word))
  const isPlain = last >= afterRecipient && !NO_TYPES.includes(words[last]?.text ?? '')
  const index = constrained >= 0 ? constrained : isPlain ? last : -1
  for (const [at, word] of words.entries()) if (at !== index && !isRecipient(word)) noise.push(word)
  return words[index]?.text
}

function isRecipient(word: Word): boolean {
  return word.text.startsWith('to=')
}

function addNoise(noise: readonly Word[], deviations: DeviationList): void {
  const inOrder = noise.toSorted((one, other) => one.tokenIndex - other.tokenIndex)
  const { tokenIndex } = inOrder[0]
  const { tokenEnd } = inOrder.at(-1)!
  deviations.add('header-noise', tokenIndex, tokenEnd, inOrder.map((word) => word.text).join(' '))
}

/** Single spaces between words and none around them; a space before `<|constrain|>` may be missing. */
function isWellSpaced(section: Section, continuesRole: boolean): boolean {
  const text = section.text.replaceAll(` ${CONSTRAIN}`, CONSTRAIN)
  return (
    /^(\S+( \S+)*)?$/.test(continuesRole && text.startsWith(' ') ? text.slice(1) : text) &&
    !/(^| )to( |= )|to=( |$)|<\|constrain\|> |(assistant|analysis|commentary|final)to=/.test(text)
  )
}
