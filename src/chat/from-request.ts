import {
  type Content,
  type Conversation,
  type Message,
  systemMessage,
  type SystemMessageOptions,
  type ToolNamespaceConfig,
} from '../message/index.js'
import type { DropAnalysis } from '../render/index.js'
import {
  checkedObject,
  findByName,
  invalidRequest,
  isHeaderName,
  readReasoningEffort,
  readResponseFormat,
  readToolChoice,
  readTools,
  responseFormatSection,
  type SamplingParams,
  samplingParamsOf,
  toolDescription,
  ToolNames,
  type UncheckedObject,
} from '../openai/index.js'
import { readMessages, toHarmony, type RequestMessage } from './request-messages.js'
import type { ChatRequest } from './request-types.js'

export interface FromChatRequestOptions extends Pick<
  SystemMessageOptions,
  'modelIdentity' | 'knowledgeCutoff' | 'conversationStartDate' | 'channels'
> {
  /** For requests without `reasoning_effort`; `medium` by default. */
  readonly reasoningEffort?: SystemMessageOptions['reasoningEffort']
  /** Tools of the system message, as `browserTool()`. None by default. */
  readonly builtinTools?: readonly ToolNamespaceConfig[] | undefined
  /** The content type of calls: `<|constrain|>json` by default, as the model samples it; vLLM writes `json`. */
  readonly contentType?: string | undefined
  /**
   * Reasoning to leave out: `completed-turns` by default, the turns that a later answer closed; the open turn, whose calls still wait for their
   * results, keeps its own. With `none` all of it is there, for a renderer to drop by its own rule.
   */
  readonly dropAnalysis?: Extract<DropAnalysis, 'completed-turns' | 'none'> | undefined
}

/** A call that the model has to make: to one of these recipients. */
export interface ForcedCall {
  readonly recipients: readonly string[]
  readonly contentType: string
}

/** A Chat Completions request as Harmony has it. */
export interface ChatConversation {
  readonly conversation: Conversation
  /** The call that `tool_choice` demands; `renderChatRequest` opens it. */
  readonly forcedCall?: ForcedCall
  /** The functions whose names had to change: the name in the conversation → the name in the request. */
  readonly toolNames: Readonly<Record<string, string>>
  /** What the request says on sampling, by the names in vLLM's `SamplingParams`. */
  readonly samplingParams: SamplingParams
}

/**
 * The conversation that a Chat Completions request asks to go on with.
 *
 * @throws HarmonyError `invalid-request` for a body of another shape, `unsupported-content` for images, audio and tools that are no functions,
 *   `unknown-tool-call` for a result without its call; each with the path
 *
 * Source: docs/prefill.md, "Chat Completions bodies", says what becomes of each field and why.
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
  const body = checkedObject(request, '')
  refuseLegacyTools(body)
  const { contentType = '<|constrain|>json', dropAnalysis = 'completed-turns', builtinTools = [] } = options
  const tools = readTools(body['tools'])
  const choice = readToolChoice(body['tool_choice'], tools, findByName(tools))
  const { messages, calledNames } = readMessages(body['messages'])

  const offered = new Set(tools.map((tool) => tool.name))
  const isBuiltin = (name: string): boolean =>
    !offered.has(name) &&
    isHeaderName(name) &&
    builtinTools.some((namespace) => namespace.name === name.split('.', 1)[0])
  const names = new ToolNames([...offered, ...[...calledNames].filter((name) => !isBuiltin(name))])
  const recipientOf = (name: string): string =>
    isBuiltin(name) ? name : `functions.${names.toHarmony(name)}`

  const first = messages[0]
  const instructions = first?.role === 'developer' ? first.content : undefined
  const developer = developerContent(
    instructions,
    choice.tools.map((tool) => toolDescription(tool, names)),
    responseFormatSection(readResponseFormat(body['response_format'])),
  )
  const firstTurn = instructions === undefined ? 0 : 1
  const lastAnswer = dropAnalysis === 'none' ? -1 : messages.findLastIndex(isAnswer)
  const turns = messages.slice(firstTurn).flatMap((message, index) => {
    const mapped = toHarmony(message, { contentType, recipientOf })
    return firstTurn + index > lastAnswer ? mapped : mapped.filter(({ channel }) => channel !== 'analysis')
  })

  return {
    conversation: {
      messages: [
        systemMessage({
          ...options,
          reasoningEffort: readReasoningEffort(body['reasoning_effort']) ?? options.reasoningEffort,
          tools: builtinTools,
        }),
        ...(developer.length === 0 ? [] : [{ role: 'developer', content: developer } satisfies Message]),
        ...turns,
      ],
    },
    ...(choice.forced.length === 0
      ? {}
      : { forcedCall: { recipients: choice.forced.map((tool) => recipientOf(tool.name)), contentType } }),
    toolNames: names.changed,
    samplingParams: samplingParamsOf(body),
  }
}

/** What `tools` and `tool_choice` have replaced. Let go without a word, the model would never know of its tools. */
function refuseLegacyTools(body: UncheckedObject): void {
  if (body['functions'] != null) throw invalidRequest('functions', body['functions'], 'tools instead')
  if (body['function_call'] != null)
    throw invalidRequest('function_call', body['function_call'], 'tool_choice instead')
}

function developerContent(
  instructions: string | undefined,
  functions: ToolNamespaceConfig['tools'],
  responseFormat: string | undefined,
): Content[] {
  if (functions.length > 0) {
    const content: Content[] = [
      {
        type: 'developer_content',
        ...(instructions === undefined ? {} : { instructions }),
        tools: { functions: { name: 'functions', tools: functions } },
      },
    ]
    // A part of its own: developer content has no place for it, and `} // namespace functions` before it never merges with line breaks.
    if (responseFormat !== undefined) content.push({ type: 'text', text: `\n\n${responseFormat}` })
    return content
  }
  // One text: instructions may end in a full stop, which is one token together with the line breaks that follow it.
  if (instructions !== undefined) {
    return [
      {
        type: 'developer_content',
        instructions: responseFormat === undefined ? instructions : `${instructions}\n\n${responseFormat}`,
      },
    ]
  }
  return responseFormat === undefined ? [] : [{ type: 'text', text: responseFormat }]
}

/** Whether a message closes its turn. */
function isAnswer(message: RequestMessage): boolean {
  return message.role === 'assistant' && message.calls.length === 0 && message.content !== undefined
}
