import { HarmonyError, quote } from '../errors.js'
import { childPath } from '../json/index.js'
import { checkMessage, type Content, type Message, type Role } from '../message/index.js'
import { SPECIAL_TOKENS, type TokenRange } from '../tokenizer/index.js'
import { developerText, systemText } from './content.js'
import type { TokenSink } from './token-sink.js'

/**
 * The position of a recipient: before the channel, as the official library renders it, or
 * after it, as the model samples it
 * (`<|start|>assistant<|channel|>commentary to=functions.f`).
 */
export type HeaderOrder = (typeof HEADER_ORDERS)[number]

export const HEADER_ORDERS = ['recipient-first', 'channel-first'] as const

export interface RenderMessageOptions {
  /**
   * Whether system content says that calls to `functions` go to the commentary channel.
   * `false` by default.
   */
  readonly conversationHasFunctionTools?: boolean | undefined
  /** `recipient-first` by default. */
  readonly headerOrder?: HeaderOrder | undefined
}

/**
 * Where a message lies in the tokens. Its four ranges are adjacent, and so are messages.
 * Indexes count from the first token, from 0.
 */
export interface MessageSpan {
  /** Index in the rendered conversation, counting dropped messages. */
  readonly messageIndex: number
  readonly role: Role
  readonly name?: string
  readonly channel?: string
  readonly recipient?: string
  /** `<|start|>`. */
  readonly start: TokenRange
  /** From the role to `<|message|>`. */
  readonly header: TokenRange
  readonly content: TokenRange
  /** `<|end|>`, `<|call|>` or, for training, `<|return|>`. */
  readonly terminator: TokenRange
}

/**
 * Renders a message, like the official library's `render`.
 *
 * @throws HarmonyError `unknown-role` and `invalid-conversation` for a value that is not
 *   a message, `missing-tool-name` for a tool's message without a name,
 *   `misplaced-content` for system or developer content in another role's message; each
 *   with the path
 * @throws TypeError for an unknown `headerOrder`
 */
export function renderMessage(message: Message, into: TokenSink, options: RenderMessageOptions = {}): void {
  checkHeaderOrder(options.headerOrder)
  checkMessage(message, '')
  appendMessage(message, '', into, options)
}

export function checkHeaderOrder(order: unknown): void {
  if (order !== undefined && !HEADER_ORDERS.some((known) => known === order))
    throw new TypeError(`headerOrder: found ${quote(order)}, wanted one of ${HEADER_ORDERS.join(', ')}`)
}

/**
 * Does the work of {@link renderMessage} for a message whose shape has been checked.
 *
 * @returns the index of the content's first token
 */
export function appendMessage(
  message: Message,
  path: string,
  into: TokenSink,
  options: RenderMessageOptions,
): number {
  into.addToken(SPECIAL_TOKENS.START)
  appendHeader(message, path, into, options.headerOrder)
  into.addToken(SPECIAL_TOKENS.MESSAGE)
  const content = into.length
  appendContent(message, path, into, options.conversationHasFunctionTools === true)
  // The recipient `all` is not in the header, but it makes the message a call.
  into.addToken(
    message.role === 'assistant' && message.recipient != null ? SPECIAL_TOKENS.CALL : SPECIAL_TOKENS.END,
  )
  return content
}

/** @param content the index of the content's first token; `start` and `end` are the message's */
export function spanOf(
  message: Message,
  messageIndex: number,
  { start, content, end }: { readonly start: number; readonly content: number; readonly end: number },
): MessageSpan {
  const terminator = end - 1
  return {
    messageIndex,
    role: message.role,
    ...(message.name == null ? {} : { name: message.name }),
    ...(message.channel == null ? {} : { channel: message.channel }),
    ...(message.recipient == null ? {} : { recipient: message.recipient }),
    start: { start, end: start + 1 },
    header: { start: start + 1, end: content },
    content: { start: content, end: terminator },
    terminator: { start: terminator, end },
  }
}

/**
 * Appends the header between `<|start|>` and `<|message|>`. Each part is encoded by
 * itself, without merges across parts.
 *
 *   <|start|>assistant to=functions.f<|channel|>commentary <|constrain|>json<|message|>
 *            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
 */
function appendHeader(message: Message, path: string, into: TokenSink, order: HeaderOrder | undefined): void {
  const { role, name, recipient, channel, content_type: contentType } = message

  if (role === 'tool') {
    if (name == null) {
      throw new HarmonyError(
        'missing-tool-name',
        "conversation: a tool's message has no name, wanted the tool's",
        {
          path: childPath(path, 'name'),
        },
      )
    }
    into.addText(name)
  } else {
    into.addText(role)
    if (name != null) into.addText(`:${name}`)
  }

  const to = recipient == null || recipient === 'all' ? undefined : ` to=${recipient}`
  if (to !== undefined && order !== 'channel-first') into.addText(to)
  if (channel != null) {
    into.addToken(SPECIAL_TOKENS.CHANNEL)
    into.addText(channel)
  }
  if (to !== undefined && order === 'channel-first') into.addText(to)

  if (contentType == null) return
  if (contentType.startsWith(CONSTRAIN)) {
    into.addText(' ')
    into.addToken(SPECIAL_TOKENS.CONSTRAIN)
    into.addText(contentType.slice(CONSTRAIN.length))
  } else {
    into.addText(` ${contentType}`)
  }
}

const CONSTRAIN = '<|constrain|>'

function appendContent(message: Message, path: string, into: TokenSink, hasFunctionTools: boolean): void {
  if (typeof message.content === 'string') {
    into.addText(message.content)
    return
  }
  const parts: readonly Content[] = message.content
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i]
    if (part.type === 'text') {
      into.addText(part.text)
      continue
    }
    const partPath = `${childPath(path, 'content')}[${i}]`
    if (part.type === 'system_content') {
      if (message.role !== 'system') throw misplaced('system', message.role, partPath)
      into.addText(systemText(part, hasFunctionTools, partPath))
    } else {
      if (message.role !== 'developer') throw misplaced('developer', message.role, partPath)
      into.addText(developerText(part, partPath))
    }
  }
}

function misplaced(kind: 'system' | 'developer', role: Role, path: string): HarmonyError {
  return new HarmonyError(
    'misplaced-content',
    `conversation: ${path} is ${kind} content, found in a ${role} message, wanted in a ${kind} one`,
    {
      path,
    },
  )
}
