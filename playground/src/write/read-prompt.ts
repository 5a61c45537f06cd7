import {
  browserTool,
  type Content,
  type Conversation,
  HarmonyError,
  type MessageSpan,
  parseConversation,
  parseTokens,
  pythonTool,
  type RenderConversationOptions,
  systemMessage,
} from 'gpt-oss-harmony'
import { type ChatRequest, fromChatRequest, parseJson, renderChatRequest } from 'gpt-oss-harmony/chat'
import {
  fromResponsesRequest,
  renderResponsesRequest,
  type ResponsesRequest,
} from 'gpt-oss-harmony/responses'
import { type Loss, renderInDialect } from 'gpt-oss-harmony/dialects'
import { countTokens, type TokenCount } from 'gpt-oss-harmony/tokens'
import { parseTokenIds } from '../../../src/inspect/index.js'
import type { TextPlace } from '../editor.js'
import { placeOfPath, syntaxErrorPlace } from '../json-place.js'
import type { TokenGroup, TokenMark } from '../token-rows.js'
import { encoding } from '../token-text.js'
import { headerText, toneOf } from '../tone.js'
import type { PromptSource } from './write-state.js'

/** A prompt's tokens and what they belong to. */
export interface Prompt {
  readonly tokens: readonly number[]
  readonly groups: readonly TokenGroup[]
  readonly marks: readonly TokenMark[]
  /** Absent for text, which has no conversation to count. */
  readonly counts?: TokenCount
  /** What another stack leaves out. */
  readonly lost?: readonly Loss[]
}

export interface PromptError {
  readonly message: string
  readonly code?: string
  readonly place: TextPlace | undefined
}

/** Reads and renders a prompt, or says where it is wrong. */
export function readPrompt(source: PromptSource): Prompt | PromptError {
  try {
    return promptOf(source)
  } catch (error) {
    const { message } = error as Error
    if (!(error instanceof HarmonyError)) return { message, place: undefined }
    const { code, path } = error
    const place =
      code === 'invalid-json' ? syntaxErrorPlace(source.text) : path && placeOfPath(source.text, path)
    return { message, code, place: place || undefined }
  }
}

export function isPromptError(read: Prompt | PromptError): read is PromptError {
  return 'message' in read
}

function promptOf(source: PromptSource): Prompt {
  const { form, text, headerOrder, dropAnalysis } = source
  const options = { headerOrder, dropAnalysis }
  switch (form) {
    case 'text':
      return promptOfTokens(encoding.encode(text, { allowedSpecial: 'all' }))
    case 'ids':
      return promptOfTokens(parseTokenIds(text))
    case 'conversation': {
      const conversation = withSettings(parseConversation(text), source)
      const tokens = encoding.renderConversationForCompletion(conversation, 'assistant', options)
      return described(conversation, tokens, options)
    }
    case 'chat': {
      if (source.dialect !== '') {
        const { dialect, date } = source
        const request = parsedJson(text)
        const { tokens, lost } = renderInDialect(encoding, request, { dialect, date: date || today() })
        return { ...promptOfTokens(tokens), lost }
      }
      const read = fromChatRequest(parsedJson(text) as ChatRequest, { dropAnalysis: 'none' })
      const conversation = withSettings(read.conversation, source)
      const tokens = renderChatRequest(encoding, { ...read, conversation }, options)
      return described(conversation, tokens, options)
    }
    case 'responses': {
      const read = fromResponsesRequest(parsedJson(text) as ResponsesRequest)
      const conversation = withSettings(read.conversation, source)
      const tokens = renderResponsesRequest(encoding, { ...read, conversation }, { headerOrder })
      return described(conversation, tokens, { headerOrder, dropAnalysis: 'none' })
    }
  }
}

/** Tokens, read as a prompt. */
function promptOfTokens(tokens: readonly number[]): Prompt {
  const { messages, extents, deviations } = parseTokens(encoding, tokens, { role: null })
  const groups: TokenGroup[] = []
  const fillTo = (end: number) => {
    const start = groups.at(-1)?.end ?? 0
    if (end > start) groups.push({ heading: 'no message', tone: 'other', start, end })
  }
  extents.forEach((extent, index) => {
    fillTo(extent.tokens.start)
    groups.push({
      heading: `${index} ${headerText(messages[index])}`,
      tone: toneOf(messages[index]),
      ...extent.tokens,
    })
  })
  fillTo(tokens.length)
  // A prompt ends within the header that it opens.
  const marks = deviations
    .filter(({ code }) => code !== 'unterminated-header')
    .map(({ code, tokens: { start, end } }) => ({ label: code, start, end }))
  return { tokens, groups, marks }
}

function described(
  conversation: Conversation,
  tokens: readonly number[],
  options: RenderConversationOptions,
): Prompt {
  const { spans } = encoding.renderWithSpans(conversation, options)
  const groups = spans.map((span) => groupOf(span))
  const start = groups.at(-1)?.end ?? 0
  if (start < tokens.length)
    groups.push({ heading: 'opens: assistant', tone: 'final', start, end: tokens.length })
  return {
    tokens,
    groups,
    marks: [],
    counts: countTokens(encoding, conversation, { ...options, nextRole: 'assistant' }),
  }
}

/** The date of this day, as stacks write it. */
function today(): string {
  const now = new Date()
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()]
    .map((part) => String(part).padStart(2, '0'))
    .join('-')
}

function groupOf(span: MessageSpan): TokenGroup {
  const heading = `${span.messageIndex} ${headerText(span)}`
  return { heading, tone: toneOf(span), start: span.start.start, end: span.terminator.end }
}

function parsedJson(text: string): unknown {
  try {
    return parseJson(text)
  } catch (cause) {
    throw new HarmonyError('invalid-json', String(cause), { cause })
  }
}

/** A conversation with the settings in its system message, which it gets where it has none. */
function withSettings(conversation: Conversation, source: PromptSource): Conversation {
  const { effort, date, browser, python } = source
  if (effort === '' && date === '' && !browser && !python) return conversation
  const [first, ...rest] = conversation.messages
  const hasSystem = first?.role === 'system' && typeof first.content !== 'string'
  const system = hasSystem ? first : systemMessage()
  const builtin = [...(browser ? [browserTool()] : []), ...(python ? [pythonTool()] : [])]
  const content = (system.content as readonly Content[]).map((part) =>
    part.type === 'system_content'
      ? {
          ...part,
          ...(effort !== '' && { reasoning_effort: effort }),
          ...(date !== '' && { conversation_start_date: date }),
          ...(builtin.length > 0 && {
            tools: { ...part.tools, ...Object.fromEntries(builtin.map((tool) => [tool.name, tool])) },
          }),
        }
      : part,
  )
  return { messages: [{ ...system, content }, ...(hasSystem ? rest : conversation.messages)] }
}
