import type { MessageHeader } from '../message/index.js'
import { SPECIAL_TOKENS, specialTokenText } from '../tokenizer/index.js'
import { composeHeader, gluedType, type HeaderContext, isToItself } from './header-sections.js'

/**
 * Reads an assistant's header that is written as gpt-oss learned it, as nearly all are; `undefined` for any other.
 * `readClosedHeader` says the same of it, at several times the cost.
 *
 *   assistant<|channel|>commentary to=functions.f <|constrain|>json<|message|>
 */
export function readUsualHeader(
  tokens: readonly number[],
  { tokenizer, presetRole, tools }: HeaderContext,
): MessageHeader | undefined {
  let text: string = presetRole ?? ''
  let channels = 0
  for (const token of tokens) {
    if (token === SPECIAL_TOKENS.CHANNEL) channels++
    text += tokenizer.tokenText(token) ?? specialTokenText(token)
  }
  const found = channels === 1 ? USUAL_HEADER.exec(text) : null
  if (found === null) return undefined
  const [, before, channel, after, contentType] = found
  const recipient = before ?? after
  const isUsual =
    (before === undefined || after === undefined) &&
    !isToItself(AUTHOR, recipient) &&
    gluedType(recipient, tools) === undefined
  return isUsual ? composeHeader(AUTHOR, recipient, channel, contentType) : undefined
}

const AUTHOR = { role: 'assistant' } as const

const USUAL_HEADER =
  /^assistant(?: to=([\w-]+(?:\.[\w-]+)*))?<\|channel\|>(analysis|commentary|final)(?: to=([\w-]+(?:\.[\w-]+)*))?(?:(?: | ?(?=<))((?:<\|constrain\|>)?(?:json|code)))?$/
