import type { HarmonyEncoding } from '../encoding.js'
import type { Role } from '../message/index.js'
import type { MessageSpan, RenderedConversation } from '../render/index.js'
import { SPECIAL_TOKENS } from '../tokenizer/index.js'

/** Text and, as ids, the markers in it. */
export type Markup = readonly (string | number)[]

/** A message as a template prints it: `<|start|>`, header, `<|message|>`, content, terminator. */
export interface PromptMessage {
  readonly role: Role
  readonly channel?: string
  readonly header: Markup
  readonly content: string
  /** None where the prompt leaves the message open. */
  readonly terminator?: number
}

export interface Prompt {
  readonly messages: readonly PromptMessage[]
  /** Behind the messages: `<|start|>assistant`, or nothing where one is open. */
  readonly tail: Markup
}

/**
 * The tokens of a prompt. Markers cut the text, and each piece in between is encoded by itself; unless it is guarded, the
 * text of a special token in it becomes that token, as in `tokenizer(text)` of transformers.
 */
export function encodePrompt(
  encoding: HarmonyEncoding,
  { messages, tail }: Prompt,
  guard: boolean,
): RenderedConversation {
  const tokens: number[] = []
  const append = (markup: Markup): { readonly start: number; readonly end: number } => {
    const start = tokens.length
    for (const piece of markup) {
      if (typeof piece === 'number') tokens.push(piece)
      else if (guard) encoding.tokenizer.encodeInto(piece, tokens)
      else for (const token of encoding.encode(piece, { allowedSpecial: 'all' })) tokens.push(token)
    }
    return { start, end: tokens.length }
  }
  const spans = messages.map(({ role, channel, header, content, terminator }, messageIndex): MessageSpan => ({
    messageIndex,
    role,
    ...(channel === undefined ? {} : { channel }),
    start: append([SPECIAL_TOKENS.START]),
    header: append([...header, SPECIAL_TOKENS.MESSAGE]),
    content: append([content]),
    terminator: append(terminator === undefined ? [] : [terminator]),
  }))
  append(tail)
  return { tokens, spans }
}
