import {
  type Conversation,
  type Message,
  systemMessage,
  type SystemMessageOptions,
  type ToolDescription,
  type ToolNamespaceConfig,
  type ToolNamespaces,
} from '../message/index.js'
import type { DropAnalysis } from '../render/index.js'
import {
  type AssistantMarkup,
  checkAssistantMarkup,
  checkedObject,
  checkFields,
  developerContent,
  checkUniqueNames,
  findByName,
  invalidRequest,
  isHeaderName,
  readResponseFormat,
  readToolChoice,
  readTools,
  type RequestTool,
  type ResponseFormat,
  responseFormatSection,
  type SamplingParams,
  samplingParamsOf,
  toolDescription,
  ToolNames,
  type UncheckedObject,
} from '../openai/index.js'
import { type OpenMessage, takeOpenMessage } from './open-message.js'
import { REQUEST_FIELDS } from './request-fields.js'
import { readMessages, type RequestMessage } from './request-messages.js'
import { type AnswerSettings, readAnswerSettings, readSystemSettings } from './request-settings.js'
import type { ChatRequest } from './request-types.js'
import { isAnswer, type MessageMapping, toHarmony } from './to-harmony.js'

export interface FromChatRequestOptions extends Pick<
  SystemMessageOptions,
  'modelIdentity' | 'knowledgeCutoff' | 'conversationStartDate' | 'channels'
> {
  /** For requests that name no effort; `medium` by default. */
  readonly reasoningEffort?: SystemMessageOptions['reasoningEffort'] | undefined
  /** Tools of the system message, as `browserTool()`, for requests that name none. None by default. */
  readonly builtinTools?: readonly ToolNamespaceConfig[] | undefined
  /** Namespaces of the developer message, such as an MCP server's, beside the request's own tools. None by default. */
  readonly namespaces?: readonly ToolNamespaceConfig[] | undefined
  /** The content type of calls: `<|constrain|>json` by default, as the model samples it; vLLM writes `json`. */
  readonly contentType?: string | undefined
  /**
   * Reasoning to leave out: `completed-turns` by default, the turns that a later answer closed; the open turn,
   * whose calls still wait for their results, keeps its own. With `none` all of it is there, for a renderer to
   * drop by its own rule.
   */
  readonly dropAnalysis?: Extract<DropAnalysis, 'completed-turns' | 'none'> | undefined
  /** What becomes of Harmony's markers in an assistant's text; `error` by default. */
  readonly assistantMarkup?: AssistantMarkup | undefined
  /**
   * Whether `prepareSchema` rewrites the tools' schemas, so that an optional field or a `$ref` does not become
   * `any`. `false` by default, as in the official library.
   */
  readonly prepareSchemas?: boolean | undefined
}

/** A call that the model has to make: to one of these recipients. */
export interface ForcedCall {
  readonly recipients: readonly string[]
  readonly contentType: string
}

/** A Chat Completions request as Harmony has it. */
export interface ChatConversation {
  /** What is rendered; without the open message. */
  readonly conversation: Conversation
  /** The call that `tool_choice` demands; `renderChatRequest` opens it. */
  readonly forcedCall?: ForcedCall
  /** The message that the model goes on with; `renderChatRequest` leaves it open. */
  readonly openMessage?: OpenMessage
  /** The tools that the model may call, under their names in the request. */
  readonly tools: readonly RequestTool[]
  /** The functions whose names had to change: the name in the conversation → the name in the request. */
  readonly toolNames: Readonly<Record<string, string>>
  /** The namespaces that are not the request's: the server runs the calls to them. */
  readonly hostedNamespaces: readonly string[]
  readonly responseFormat: ResponseFormat
  /** What the request says about sampling, by the names in vLLM's `SamplingParams`. */
  readonly samplingParams: SamplingParams
  /** What the request tells the engine besides sampling: `cache_salt`, `priority`, `return_token_ids`. */
  readonly engineParams: Readonly<Record<string, unknown>>
  /** What the request says about the answer. */
  readonly answer: AnswerSettings
  /** The fields of the body that have no bearing here. */
  readonly ignoredFields: readonly string[]
}

/**
 * Returns the conversation that a Chat Completions request asks to go on with, and everything else that it says.
 *
 * @throws HarmonyError `invalid-request` for a body of another shape, `unknown-field` for a field that nobody knows,
 *   `unsupported-content` for images, audio and tools that have no form in Harmony, `unknown-tool-call` for a result
 *   without its call; each with the path
 *
 * Source: docs/chat.md says what becomes of each field.
 *
 * @example
 * ```ts
 * import { fromChatRequest } from 'gpt-oss-harmony/chat'
 *
 * const { conversation } = fromChatRequest({
 *   messages: [
 *     { role: 'system', content: 'Answer in riddles.' },
 *     { role: 'user', content: 'What is the weather in Tokyo?' },
 *   ],
 *   reasoning_effort: 'high',
 * })
 * console.log(conversation.messages.map((message) => message.role)) // ['system', 'developer', 'user']
 * ```
 */
export function fromChatRequest(
  request: ChatRequest,
  options: FromChatRequestOptions = {},
): ChatConversation {
  const {
    contentType = '<|constrain|>json',
    dropAnalysis = 'completed-turns',
    assistantMarkup = 'error',
  } = options
  checkAssistantMarkup(assistantMarkup)
  const body = checkedObject(request, '')
  const ignoredFields = checkFields(body, '', REQUEST_FIELDS)
  const system = readSystemSettings(body)
  const builtinTools = system.builtinTools ?? options.builtinTools ?? []
  const read = readMessages(body['messages'], assistantMarkup)

  const tools = [...readTools(body['tools']), ...read.tools]
  checkUniqueNames(tools, 'tools')
  const choice = readToolChoice(body['tool_choice'], tools, findByName(tools))
  const responseFormat = readResponseFormat(body['response_format'])

  const offered = new Set(namesOf(tools))
  const { namespaces = [] } = options
  const hostedNamespaces = namesOf([...builtinTools, ...namespaces])
  if (hostedNamespaces.includes('functions'))
    throw new TypeError("namespaces: functions is the namespace of the request's own tools")
  const isHosted = (name: string): boolean =>
    !offered.has(name) && isHeaderName(name) && hostedNamespaces.includes(name.split('.', 1)[0])
  const names = new ToolNames([...offered, ...[...read.calledNames].filter((name) => !isHosted(name))])
  const recipientOf = (name: string): string => (isHosted(name) ? name : `functions.${names.toHarmony(name)}`)

  const { messages, openMessage } = takeOpenMessage(body, read.messages, read.isLastPartial)
  if (openMessage !== undefined && choice.forced.length > 0)
    throw invalidRequest('tool_choice', body['tool_choice'], '"auto" or "none" for a message that goes on')

  const first = messages[0]
  const instructions = first?.role === 'developer' ? first.content : undefined
  const functions: ToolDescription[] = []
  for (const tool of choice.tools)
    functions.push(toolDescription(tool, names, options.prepareSchemas ?? false))
  const developer = developerContent({
    instructions,
    tools: toolNamespaces(namespaces, functions),
    responseFormat: responseFormatSection(responseFormat),
  })
  const turns = instructions === undefined ? messages : messages.slice(1)

  return {
    conversation: {
      messages: [
        systemMessage({
          modelIdentity: system.modelIdentity ?? options.modelIdentity,
          reasoningEffort: system.reasoningEffort ?? options.reasoningEffort,
          conversationStartDate: options.conversationStartDate,
          knowledgeCutoff: options.knowledgeCutoff,
          channels: options.channels,
          tools: builtinTools,
        }),
        ...(developer.length === 0 ? [] : [{ role: 'developer', content: developer } satisfies Message]),
        ...turnMessages(turns, { contentType, recipientOf }, dropAnalysis),
      ],
    },
    tools: choice.tools,
    toolNames: names.changed,
    hostedNamespaces,
    responseFormat,
    samplingParams: samplingParamsOf(body),
    engineParams: engineParamsOf(body),
    answer: readAnswerSettings(body),
    ignoredFields,
    ...(choice.forced.length > 0 && {
      forcedCall: { recipients: choice.forced.map((tool) => recipientOf(tool.name)), contentType },
    }),
    ...(openMessage !== undefined && { openMessage }),
  }
}

/**
 * A loop, as for everything read of a request: what `map` makes is of another kind once V8
 * has optimised it, and whatever reads it is then compiled anew.
 */
function namesOf(named: readonly { readonly name: string }[]): string[] {
  const names: string[] = []
  for (const { name } of named) names.push(name)
  return names
}

function toolNamespaces(
  namespaces: readonly ToolNamespaceConfig[],
  functions: readonly ToolDescription[],
): ToolNamespaces {
  return {
    ...Object.fromEntries(namespaces.map((namespace) => [namespace.name, namespace])),
    ...(functions.length > 0 && { functions: { name: 'functions', tools: functions } }),
  }
}

/** Returns the messages of Harmony that stand for the request's, without the reasoning that is dropped. */
function turnMessages(
  turns: readonly RequestMessage[],
  mapping: MessageMapping,
  dropAnalysis: 'completed-turns' | 'none',
): Message[] {
  const lastAnswer = dropAnalysis === 'none' ? -1 : turns.findLastIndex(isAnswer)
  const messages: Message[] = []
  for (let index = 0; index < turns.length; index++) {
    for (const message of toHarmony(turns[index], mapping))
      if (index > lastAnswer || message.channel !== 'analysis') messages.push(message)
  }
  return messages
}

function engineParamsOf(body: UncheckedObject): Readonly<Record<string, unknown>> {
  const params: Record<string, unknown> = {}
  for (const field of ENGINE_FIELDS) if (body[field] != null) params[field] = body[field]
  return params
}

const ENGINE_FIELDS = ['cache_salt', 'priority', 'return_token_ids'] as const
