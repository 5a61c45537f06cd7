import {
  HarmonyError,
  loadHarmonyEncoding,
  parseConversation,
  parseMessage,
  StreamableParser,
  type Conversation,
  type Message,
  type ParsedMessage,
  type Role,
} from '../../src/index.js'
import { parseJson } from 'gpt-oss-harmony/chat'

// Answers a case's input with this package, in the words of fixtures/official/README.md. That an error is raised counts, and where; not what it
// says. Nothing but a HarmonyError is caught: anything else that escapes fails the case.

export type Suite = 'render' | 'document' | 'schema' | 'parse' | 'encode' | 'decode'

export interface RenderInput {
  readonly call: 'completion' | 'conversation' | 'training' | 'message'
  readonly conversation?: unknown
  readonly message?: unknown
  /** The conversation or message as JSON, where the text matters. */
  readonly json?: string
  readonly nextRole?: Role
  readonly autoDropAnalysis?: boolean
  readonly conversationHasFunctionTools?: boolean
}

export interface DocumentInput {
  readonly conversation?: unknown
  /** The conversation as JSON, where the text matters. */
  readonly json?: string
}

export interface SchemaInput {
  readonly parameters?: unknown
  /** The parameters as JSON, where the text matters. */
  readonly json?: string
}

export interface ParseInput {
  readonly role: Role | null
  readonly strict: boolean
  /** `null` is the end of the input, after which more may come. */
  readonly tokens: readonly (number | null)[]
}

export interface EncodeInput {
  readonly text: string
  readonly allowedSpecial?: 'all' | readonly string[]
  readonly disallowedSpecial?: 'all' | readonly string[]
}

export interface DecodeInput {
  readonly tokens: readonly number[]
}

const encoding = loadHarmonyEncoding('HarmonyGptOss')

export function observe(suite: Suite, input: unknown): object {
  switch (suite) {
    case 'render':
      return observeRender(input as RenderInput)
    case 'document':
      return observeDocument(input as DocumentInput)
    case 'schema':
      return observeSchema(input as SchemaInput)
    case 'parse':
      return observeParse(input as ParseInput)
    case 'encode':
      return orError(() => ({ tokens: encoding.encode((input as EncodeInput).text, input as EncodeInput) }))
    case 'decode':
      return observeDecode(input as DecodeInput)
  }
}

/** The official answer as far as it can be compared: without what errors say. */
export function comparable(answer: object): object {
  return JSON.parse(JSON.stringify(answer), (key, value: unknown) => {
    if (key !== 'error') return value
    return typeof value === 'object' && value !== null && 'at' in value ? { at: value.at } : true
  }) as object
}

function observeRender(input: RenderInput): object {
  const given: unknown =
    input.json === undefined ? (input.conversation ?? input.message ?? null) : valueIn(input.json)
  const observed = orError(() => rendered(input, given))
  // Reading it as JSON fills in defaults, so that other tokens may come; it refuses what rendering refuses, and no more.
  const read = orError(() =>
    rendered(input, input.call === 'message' ? parseMessage(given) : parseConversation(given)),
  )
  return 'error' in observed === 'error' in read ? observed : { ...observed, read }
}

/** What is no JSON is refused as a conversation, which `undefined` is neither. */
function valueIn(json: string): unknown {
  try {
    return parseJson(json)
  } catch {
    return undefined
  }
}

function observeDocument({ conversation, json = JSON.stringify(conversation) }: DocumentInput): object {
  return orError(() => {
    const read = parseConversation(json)
    const tokens = encoding.renderConversationForCompletion(read, 'assistant')
    return { text: encoding.decodeUtf8(tokens), tokens }
  })
}

function rendered(input: RenderInput, given: unknown): object {
  const tokens = renderedTokens(input, given)
  return { text: encoding.decodeUtf8(tokens), tokens }
}

function renderedTokens(input: RenderInput, given: unknown): number[] {
  switch (input.call) {
    case 'completion':
      return encoding.renderConversationForCompletion(given as Conversation, input.nextRole!, input)
    case 'conversation':
      return encoding.renderConversation(given as Conversation, input)
    case 'training':
      return encoding.renderConversationForTraining(given as Conversation, input)
    case 'message':
      return encoding.render(given as Message, input)
  }
}

function observeSchema({ json, ...given }: SchemaInput): object {
  const parameters = json === undefined ? given.parameters : valueIn(json)
  const tools = { functions: { name: 'functions', tools: [{ name: 'f', description: '', parameters }] } }
  return observeRender({
    call: 'message',
    message: { role: 'developer', content: [{ type: 'developer_content', tools }] },
  })
}

/** Token by token, and then all at once: the second has to follow from the first, or it is told under `batch`. */
function observeParse({ role, strict, tokens: feed }: ParseInput): object {
  let parser: StreamableParser
  try {
    parser = new StreamableParser(encoding, role, { strict })
  } catch (error) {
    return failed(error) && { error: { at: -1 } }
  }

  let seen = NOTHING_SEEN
  const steps: object[] = []
  const look = (): object => {
    const before = seen
    seen = see(parser)
    return Object.fromEntries(Object.entries(seen).filter(([key, value]) => value !== before[key]))
  }
  steps.push(look())

  let error: { at: number } | undefined
  ;[...feed, null].forEach((token, at) => {
    let hasFailed = false
    try {
      if (token === null) parser.processEos()
      else parser.process(token)
    } catch (caught) {
      hasFailed = failed(caught)
      error ??= { at }
    }
    steps.push(hasFailed ? { error: true, ...look() } : look())
  })

  const { messages } = parser
  const batch = feed.includes(null) ? undefined : observeBatch(feed as readonly number[], role, strict)
  const expectedBatch = error === undefined ? { messages } : { error }
  return {
    ...(error === undefined ? {} : { error }),
    messages,
    steps,
    ...(batch === undefined || JSON.stringify(batch) === JSON.stringify(expectedBatch) ? {} : { batch }),
    ...(String(parser.tokens) === String(feed.filter(isToken)) ? {} : { tokens: parser.tokens }),
  }
}

type View = Readonly<Record<string, string | number | null>>

const NOTHING_SEEN: View = {
  state: null,
  role: null,
  channel: null,
  recipient: null,
  contentType: null,
  content: '',
  delta: null,
  messageCount: 0,
}

function see(parser: StreamableParser): View {
  return {
    state: parser.state,
    role: parser.currentRole,
    channel: parser.currentChannel,
    recipient: parser.currentRecipient,
    contentType: parser.currentContentType,
    content: parser.currentContent,
    delta: parser.lastContentDelta,
    messageCount: parser.messages.length,
  }
}

function observeBatch(
  tokens: readonly number[],
  role: Role | null,
  strict: boolean,
): { messages: readonly ParsedMessage[] } | { error: { at: number | undefined } } {
  try {
    return { messages: encoding.parseMessagesFromCompletionTokens(tokens, role, { strict }) }
  } catch (error) {
    failed(error)
    return { error: { at: (error as HarmonyError).tokenIndex } }
  }
}

/** Python raises on any other number before its parser sees it. */
function isToken(value: number | null): boolean {
  return Number.isInteger(value) && value! >= 0 && value! < 2 ** 32
}

function observeDecode({ tokens }: DecodeInput): object {
  return orError(() => {
    const bytes = encoding.decodeBytes(tokens)
    const text = encoding.decode(tokens)
    let utf8: string | undefined
    try {
      utf8 = encoding.decodeUtf8(tokens)
    } catch (error) {
      failed(error)
    }
    return {
      text,
      bytes: Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(''),
      validUtf8: utf8 !== undefined,
      ...(utf8 === undefined || utf8 === text ? {} : { utf8 }),
    }
  })
}

function orError(run: () => object): object {
  try {
    return run()
  } catch (error) {
    return { error: failed(error) }
  }
}

function failed(error: unknown): true {
  if (error instanceof HarmonyError) return true
  throw error
}
