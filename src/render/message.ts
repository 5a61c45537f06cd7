import { HarmonyError, quote } from '../errors.js'
import { childPath } from '../json/index.js'
import { checkMessage, type Content, type Message, type Role } from '../message/index.js'
import { SPECIAL_TOKENS, type Tokenizer, type TokenRange } from '../tokenizer/index.js'
import { developerText, systemText } from './content.js'

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
 * Appends a message's tokens to `into`, like the official library's `render`. After an
 * error, `into` and `spans` are unchanged.
 *
 * @param spans receives the message's span, as message 0
 * @throws HarmonyError `unknown-role` and `invalid-conversation` for a value that is not
 *   a message, `missing-tool-name` for a tool's message without a name,
 *   `misplaced-content` for system or developer content in another role's message; each
 *   with the path
 * @throws TypeError for an unknown `headerOrder`
 */
export function renderMessageInto(
  tokenizer: Tokenizer,
  message: Message,
  into: number[],
  options: RenderMessageOptions = {},
  spans?: MessageSpan[],
): void {
  checkHeaderOrder(options.headerOrder)
  checkMessage(message, '')
  appendOrRestore(into, spans, () => appendMessage(tokenizer, message, '', 0, into, options, spans))
}

export function checkHeaderOrder(order: unknown): void {
  if (order !== undefined && !HEADER_ORDERS.some((known) => known === order))
    throw new TypeError(`headerOrder: found ${quote(order)}, wanted one of ${HEADER_ORDERS.join(', ')}`)
}

/** Runs `append`. If it throws, removes what it appended to `into` and `spans`. */
export function appendOrRestore(into: number[], spans: MessageSpan[] | undefined, append: () => void): void {
  const tokenCount = into.length
  const spanCount = spans?.length
  try {
    append()
  } catch (error) {
    into.length = tokenCount
    if (spans !== undefined) spans.length = spanCount!
    throw error
  }
}

/**
 * Does the work of {@link renderMessageInto} for a message whose shape has been checked.
 */
export function appendMessage(
  tokenizer: Tokenizer,
  message: Message,
  path: string,
  messageIndex: number,
  into: number[],
  options: RenderMessageOptions,
  spans: MessageSpan[] | undefined,
): void {
  const start = into.length
  into.push(SPECIAL_TOKENS.START)
  appendHeader(tokenizer, message, path, into, options.headerOrder)
  into.push(SPECIAL_TOKENS.MESSAGE)
  const content = into.length
  appendContent(tokenizer, message, path, into, options.conversationHasFunctionTools === true)
  const terminator = into.length
  // The recipient `all` is not in the header, but it makes the message a call.
  into.push(
    message.role === 'assistant' && message.recipient != null ? SPECIAL_TOKENS.CALL : SPECIAL_TOKENS.END,
  )

  spans?.push({
    messageIndex,
    role: message.role,
    ...(message.name == null ? {} : { name: message.name }),
    ...(message.channel == null ? {} : { channel: message.channel }),
    ...(message.recipient == null ? {} : { recipient: message.recipient }),
    start: { start, end: start + 1 },
    header: { start: start + 1, end: content },
    content: { start: content, end: terminator },
    terminator: { start: terminator, end: terminator + 1 },
  })
}

/**
 * Appends the header between `<|start|>` and `<|message|>`. Each part is encoded by
 * itself, without merges across parts.
 *
 *   <|start|>assistant to=functions.f<|channel|>commentary <|constrain|>json<|message|>
 *            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
 */
function appendHeader(
  tokenizer: Tokenizer,
  message: Message,
  path: string,
  into: number[],
  order: HeaderOrder | undefined,
): void {
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
    tokenizer.encodeInto(name, into)
  } else {
    tokenizer.encodeInto(role, into)
    if (name != null) tokenizer.encodeInto(`:${name}`, into)
  }

  const to = recipient == null || recipient === 'all' ? undefined : ` to=${recipient}`
  if (to !== undefined && order !== 'channel-first') tokenizer.encodeInto(to, into)
  if (channel != null) {
    into.push(SPECIAL_TOKENS.CHANNEL)
    tokenizer.encodeInto(channel, into)
  }
  if (to !== undefined && order === 'channel-first') tokenizer.encodeInto(to, into)

  if (contentType == null) return
  if (contentType.startsWith(CONSTRAIN)) {
    tokenizer.encodeInto(' ', into)
    into.push(SPECIAL_TOKENS.CONSTRAIN)
    tokenizer.encodeInto(contentType.slice(CONSTRAIN.length), into)
  } else {
    tokenizer.encodeInto(` ${contentType}`, into)
  }
}

const CONSTRAIN = '<|constrain|>'

function appendContent(
  tokenizer: Tokenizer,
  message: Message,
  path: string,
  into: number[],
  hasFunctionTools: boolean,
): void {
  if (typeof message.content === 'string') {
    tokenizer.encodeInto(message.content, into)
    return
  }
  const parts: readonly Content[] = message.content
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i]
    if (part.type === 'text') {
      tokenizer.encodeInto(part.text, into)
      continue
    }
    const partPath = `${childPath(path, 'content')}[${i}]`
    if (part.type === 'system_content') {
      if (message.role !== 'system') throw misplaced('system', message.role, partPath)
      tokenizer.encodeInto(systemText(part, hasFunctionTools, partPath), into)
    } else {
      if (message.role !== 'developer') throw misplaced('developer', message.role, partPath)
      tokenizer.encodeInto(developerText(part, partPath), into)
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
