import { type HarmonyEncoding, loadHarmonyEncoding } from '../encoding.js'
import {
  browserTool,
  type Conversation,
  type Message,
  pythonTool,
  systemMessage,
  type SystemMessageOptions,
  type ToolNamespaceConfig,
} from '../message/index.js'
import {
  type AssistantMarkup,
  type CallHeaderOptions,
  checkAssistantMarkup,
  checkedList,
  checkedName,
  checkedObject,
  checkFields,
  developerContent,
  invalidRequest,
  readReasoningEffort,
  readResponseFormat,
  readToolChoice,
  type ResponseFormat,
  responseFormatSection,
  type SamplingParams,
  samplingParamsOf,
} from '../openai/index.js'
import type { DropAnalysis } from '../render/index.js'
import type { CallTargets } from './call-target.js'
import { type InputItem, readInput, unknownReference } from './input-items.js'
import { type ApprovedCall, messagesOf, type PromptMessage } from './item-messages.js'
import type { McpServerTools } from './mcp-servers.js'
import { type CalledTool, PromptNames } from './prompt-names.js'
import { echoOf, optional, REQUEST_FIELDS } from './request-echo.js'
import { findOffered, type OfferedTool, type OfferedTools, readOfferedTools } from './request-tools.js'
import type { ResponsesRequest } from './request-types.js'
import type { McpTool, ResponseEcho } from './types.js'

export interface FromResponsesRequestOptions extends Pick<
  SystemMessageOptions,
  'modelIdentity' | 'knowledgeCutoff' | 'conversationStartDate' | 'channels'
> {
  /** Reads the tokens in `encrypted_content`; gpt-oss's encoding by default. */
  readonly encoding?: HarmonyEncoding | undefined
  /** For requests without `reasoning.effort`; `medium` by default. */
  readonly reasoningEffort?: SystemMessageOptions['reasoningEffort'] | undefined
  /**
   * The hosted tools that requests may ask for: `browser` for web search, `python` for the code interpreter. Both by
   * default, with the official descriptions.
   */
  readonly hostedTools?: readonly ToolNamespaceConfig[] | undefined
  /** The tools of MCP servers, by the `server_label` of the request's tool. */
  readonly mcpServers?: Readonly<Record<string, McpServerTools>> | undefined
  /** The content type of calls: `<|constrain|>json` by default, as the model samples it; vLLM writes `json`. */
  readonly contentType?: string | undefined
  /** Reasoning to leave out: that of turns which a later answer closed (`completed-turns`, the default), or `none`. */
  readonly dropAnalysis?: Extract<DropAnalysis, 'completed-turns' | 'none'> | undefined
  /**
   * Whether `prepareSchema` rewrites the functions' schemas, so that an optional field or a `$ref` does not become
   * `any`. `false` by default, as in the official library. Those of MCP servers are always rewritten.
   */
  readonly prepareSchemas?: boolean | undefined
  /** What becomes of Harmony's markers in an assistant's text: `error` by default. */
  readonly assistantMarkup?: AssistantMarkup | undefined
  /**
   * Returns the items of a kept response's conversation, its input and its output, for `previous_response_id`;
   * `undefined` for an unknown id. Without it, responses are not stored.
   */
  readonly previousItems?: ((responseId: string) => readonly unknown[] | undefined) | undefined
  /** Returns a kept item, for `item_reference`; `undefined` for an unknown id. */
  readonly referencedItem?: ((itemId: string) => unknown) | undefined
  /** Whether the engine gives log probabilities. `false` by default: `top_logprobs` is then refused. */
  readonly logprobs?: boolean | undefined
}

/** A call that the model has to make: to one of these recipients. */
export interface ForcedCall extends CallHeaderOptions {
  readonly recipients: readonly string[]
}

/** A Responses request as Harmony has it. */
export interface ResponsesConversation {
  readonly conversation: Conversation
  /** The tokens that were sampled for messages of the conversation, by message index. */
  readonly sampledTokens: Readonly<Record<number, readonly number[] | undefined>>
  /** The call that `tool_choice` demands; `renderResponsesRequest` opens it. */
  readonly forcedCall?: ForcedCall
  /** The calls that the user has just approved. Their results go before anything that the model samples. */
  readonly approvedCalls: readonly ApprovedCall[]
  /** The recipients that calls can have, and the tools that they stand for. */
  readonly callTargets: CallTargets
  /** The MCP servers whose tools the response lists, as the input does not have them. */
  readonly mcpLists: readonly {
    readonly label: string
    readonly tools: readonly McpTool[]
    readonly error: string | null
  }[]
  readonly responseFormat: ResponseFormat
  /** What the request says about sampling, by the names in vLLM's `SamplingParams`. */
  readonly samplingParams: SamplingParams
  /** Whether items carry their tokens: `include` has `reasoning.encrypted_content`. */
  readonly sealsTokens: boolean
  /** Whether texts carry log probabilities: `include` has `message.output_text.logprobs`. */
  readonly includesLogprobs: boolean
  /** What the response repeats of the request. */
  readonly echo: ResponseEcho
  /** The items of the whole conversation: those before the request, and its own. Kept, they answer `previous_response_id`. */
  readonly inputItems: readonly unknown[]
  /** The request's fields that have no bearing on the answer. */
  readonly ignoredFields: readonly string[]
}

/**
 * Returns the conversation that a Responses request asks to go on with.
 *
 * @throws HarmonyError `invalid-request` for a body of another shape, `unknown-field`, `unknown-reference` for an id that
 *   is not kept, `unsupported-content` for images and items that gpt-oss has no form for, `unknown-tool-call` for an
 *   output without its call; each with the path
 *
 * Source: docs/responses.md says what becomes of each field and item.
 *
 * @example
 * ```ts
 * import { fromResponsesRequest } from 'gpt-oss-harmony/responses'
 *
 * const { conversation } = fromResponsesRequest({
 *   instructions: 'Answer in riddles.',
 *   input: 'What is the weather in Tokyo?',
 *   reasoning: { effort: 'high' },
 * })
 * console.log(conversation.messages.map((message) => message.role)) // ['system', 'developer', 'user']
 * ```
 */
export function fromResponsesRequest(
  request: ResponsesRequest,
  options: FromResponsesRequestOptions = {},
): ResponsesConversation {
  const { contentType = '<|constrain|>json', assistantMarkup = 'error' } = options
  checkAssistantMarkup(assistantMarkup)
  const body = checkedObject(request, '')
  const ignoredFields = checkFields(body, '', REQUEST_FIELDS)
  const isStored = options.previousItems !== undefined && (optional(body, 'store', 'boolean') ?? true)
  const echo = echoOf(body, isStored)
  checkBackground(echo)
  const include = readInclude(body['include'])
  checkLogprobs(echo, options)

  const earlier = earlierItems(echo.previous_response_id, options)
  const items = [
    ...readInput(earlier, 'previous_response_id', options.referencedItem),
    ...readInput(body['input'] ?? [], 'input', options.referencedItem),
  ]
  const offered = readOfferedTools(
    body['tools'],
    options.hostedTools ?? [browserTool(), pythonTool()],
    listedServers(items, options),
  )
  const choice = readToolChoice(body['tool_choice'], offered.tools, findOffered(offered))
  const names = new PromptNames(offered, calledTools(items))
  const callTargets = names.callTargets()
  const responseFormat = readResponseFormat(
    checkedObject(body['text'] ?? {}, 'text')['format'],
    'text.format',
  )

  const [instructions, rest] = splitInstructions(echo.instructions, items)
  const mapped = messagesOf(rest, {
    encoding: () => options.encoding ?? loadHarmonyEncoding('HarmonyGptOss'),
    names,
    callTargets,
    contentType,
    assistantMarkup,
  })
  const developer = developerContent({
    instructions,
    tools: names.namespacesOf(choice.tools, options.prepareSchemas ?? false),
    responseFormat: responseFormatSection(responseFormat),
  })
  const messages: PromptMessage[] = [
    ...[
      systemMessage({
        ...options,
        reasoningEffort:
          readReasoningEffort(echo.reasoning.effort, 'reasoning.effort') ?? options.reasoningEffort,
        tools: hostedNamespaces(choice.tools),
      }),
      ...(developer.length === 0 ? [] : [{ role: 'developer', content: developer } satisfies Message]),
    ].map((message) => ({ message, isReasoning: false })),
    ...withoutOldReasoning(mapped.messages, options.dropAnalysis ?? 'completed-turns'),
  ]

  return {
    conversation: { messages: messages.map(({ message }) => message) },
    sampledTokens: Object.fromEntries(
      messages.flatMap(({ tokens }, index) => (tokens === undefined ? [] : [[index, tokens]])),
    ),
    ...(choice.forced.length > 0 && {
      forcedCall: {
        recipients: choice.forced.flatMap((tool) => names.recipientsOf(tool)),
        ...(choice.forced.every(({ type }) => type === 'hosted')
          ? { channel: 'analysis', contentType: 'code' }
          : { contentType }),
      },
    }),
    approvedCalls: mapped.approvedCalls,
    callTargets,
    mcpLists: unlistedServers(items, offered),
    responseFormat,
    samplingParams: samplingParamsOf({
      ...body,
      logprobs: options.logprobs === true && include.has('message.output_text.logprobs') ? true : undefined,
    }),
    sealsTokens: include.has('reasoning.encrypted_content'),
    includesLogprobs: include.has('message.output_text.logprobs'),
    echo,
    inputItems: [...earlier, ...storedItems(body['input'])],
    ignoredFields,
  }
}

function checkBackground({ background, store }: ResponseEcho): void {
  if (background && !store)
    throw invalidRequest('background', background, 'false, as the response is not stored')
}

function checkLogprobs(
  { top_logprobs: count }: ResponseEcho,
  { logprobs = false }: FromResponsesRequestOptions,
): void {
  if (count > 0 && !logprobs)
    throw invalidRequest(
      'top_logprobs',
      count,
      '0, unless the option logprobs says that the engine gives them',
    )
}

function readInclude(include: unknown): ReadonlySet<string> {
  if (include == null) return new Set()
  return new Set(checkedList(include, 'include').map((value, i) => checkedName(value, `include[${i}]`)))
}

function earlierItems(
  responseId: string | null,
  { previousItems }: FromResponsesRequestOptions,
): readonly unknown[] {
  if (responseId === null) return []
  const path = 'previous_response_id'
  if (previousItems === undefined)
    throw invalidRequest(path, responseId, 'the items themselves in input, as this server keeps no responses')
  const items = previousItems(responseId)
  if (items === undefined)
    throw unknownReference(responseId, path, 'the id of a response that this server has kept')
  return items
}

/** The input as items, as they are kept. */
function storedItems(input: unknown): readonly unknown[] {
  if (typeof input !== 'string') return Array.isArray(input) ? input : []
  return [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: input }] }]
}

/** The tools of the MCP servers that the caller is connected to, or that the input lists. */
function listedServers(
  items: readonly InputItem[],
  { mcpServers = {} }: FromResponsesRequestOptions,
): ReadonlyMap<string, McpServerTools> {
  const listed = items.flatMap((item): [string, McpServerTools][] =>
    item.type === 'mcp_list_tools' ? [[item.label, { tools: item.tools }]] : [],
  )
  return new Map([...listed, ...Object.entries(mcpServers)])
}

function unlistedServers(
  items: readonly InputItem[],
  { mcpServers }: OfferedTools,
): ResponsesConversation['mcpLists'] {
  const listed = new Set(items.flatMap((item) => (item.type === 'mcp_list_tools' ? [item.label] : [])))
  return mcpServers
    .filter(({ label }) => !listed.has(label))
    .map(({ label, tools, error }) => ({ label, tools, error: error ?? null }))
}

function calledTools(items: readonly InputItem[]): CalledTool[] {
  return items.flatMap((item): CalledTool[] => {
    switch (item.type) {
      case 'function_call':
      case 'custom_tool_call':
        return [
          {
            type: item.type === 'function_call' ? 'function' : 'custom',
            name: item.name,
            namespace: item.namespace,
          },
        ]
      case 'mcp_call':
      case 'mcp_approval_request':
        return [{ type: 'mcp', name: item.name, namespace: item.label }]
      default:
        return []
    }
  })
}

/** The instructions: the request's, or else a system or developer message that the input begins with. */
function splitInstructions(
  instructions: string | null,
  items: readonly InputItem[],
): readonly [instructions: string | undefined, rest: readonly InputItem[]] {
  if (instructions !== null) return [instructions, items]
  const [first, ...rest] = items
  return first?.type === 'message' && first.role === 'developer' ? [first.text, rest] : [undefined, items]
}

function hostedNamespaces(tools: readonly OfferedTool[]): ToolNamespaceConfig[] {
  return [...new Set(tools.flatMap((tool) => (tool.type === 'hosted' ? [tool.namespace] : [])))]
}

/** Leaves out the reasoning before the last answer. */
function withoutOldReasoning(
  messages: readonly PromptMessage[],
  rule: 'completed-turns' | 'none',
): readonly PromptMessage[] {
  if (rule === 'none') return messages
  const last = messages.findLastIndex(
    ({ message }) => message.role === 'assistant' && message.channel === 'final' && message.recipient == null,
  )
  return messages.filter(({ isReasoning }, index) => index > last || !isReasoning)
}
