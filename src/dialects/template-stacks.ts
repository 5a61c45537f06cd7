import { nodeOf, readJsonText, readSchema, valueOf, writeJson, writtenText } from '../json/index.js'
import { checkedList, checkedName, invalidRequest } from '../openai/index.js'
import { SPECIAL_TOKENS } from '../tokenizer/index.js'
import { type Dialect, DIALECT_TRAITS, type DialectTraits, type Loss } from './dialect.js'
import { LLAMA_CPP_JSON, PYTHON_JSON } from './json-spelling.js'
import type { Prompt } from './prompt.js'
import { refusedBy } from './refused.js'
import {
  hasResponseFormat,
  joinedContent,
  readReasoning,
  type StackCall,
  type StackMessage,
  type StackRequest,
  type StackTool,
} from './stack-request.js'
import {
  answer,
  renderTemplate,
  type TemplateCall,
  type TemplateMessage,
  type TemplateTool,
} from './template.js'
import { refuseUnresolvedReferences } from './unresolved-references.js'

export type TemplateDialect = Extract<Dialect, 'hf' | 'unsloth' | 'sglang' | 'llama.cpp'>

export interface TemplateStackOptions {
  readonly dialect: TemplateDialect
  readonly date: string
  readonly builtinTools: readonly string[]
  /** Without it, the conversation is one to train on. */
  readonly addGenerationPrompt: boolean
  readonly lose: (path: string, reason: Loss['reason']) => void
}

/**
 * The prompt of a stack that stands on the Hugging Face template: a front part prepares the request as that stack does,
 * then the template prints it. For `hf` and `unsloth` the request is prepared as data sets are: reasoning under
 * `thinking`, arguments parsed, parts joined, keys that hold `null` left out.
 */
export function templateStackPrompt(request: StackRequest, options: TemplateStackOptions): Prompt {
  const { dialect, lose, date, builtinTools, addGenerationPrompt } = options
  const front = FRONT_PARTS[dialect]
  const traits: DialectTraits = DIALECT_TRAITS[dialect]
  const refuse = (path: string, found: unknown, reason: string) => refusedBy(dialect, path, found, reason)
  const context = { dialect, traits, refuse, lose }

  const tools = shownTools(request, context).map((tool) => readTool(tool, context))
  if (front.enforcesCalls && request.body['tool_choice'] !== 'none' && !hasResponseFormat(request))
    for (const tool of tools)
      refuseUnresolvedReferences(valueOf(tool.parameters), `${tool.path}.function.parameters`, refuse)

  const lastIndex = request.messages.length - 1
  const endsOpen = addGenerationPrompt && request.messages[lastIndex]?.role === 'assistant'
  const isContinued = endsOpen && traits.lastAssistant === 'continued'
  const messages = request.messages.map((message, index) =>
    readMessage(
      message,
      context,
      isContinued && index === lastIndex ? CONTINUED_SEPARATOR : traits.partSeparator,
    ),
  )
  if (endsOpen && traits.lastAssistant === 'user') messages[lastIndex] = asUser(messages[lastIndex])
  const continued = isContinued ? messages.pop() : undefined
  if (continued !== undefined) {
    const { path, role, calls } = continued
    if (messages.at(-1)?.role === 'assistant') throw refuse(path, role, 'one answer can be continued')
    if (calls !== undefined) throw refuse(`${path}.tool_calls`, calls, 'calls cannot be continued')
  }

  const kwargs = (request.body['chat_template_kwargs'] ?? {}) as Readonly<Record<string, unknown>>
  const prompt = renderTemplate(
    {
      date,
      identity: textSetting(kwargs['model_identity'], 'chat_template_kwargs.model_identity') ?? IDENTITY,
      effort: readEffort(request, kwargs, context),
      builtinTools: readBuiltinTools(kwargs) ?? builtinTools,
      tools,
      messages,
      addGenerationPrompt: addGenerationPrompt && continued === undefined,
    },
    { ...context, ...front },
  )
  return continued === undefined ? prompt : withContinued(prompt, continued)
}

/** llama.cpp joins the parts of an answer that it continues by itself, in place of its template. */
const CONTINUED_SEPARATOR = '\n\n'

const IDENTITY = 'You are ChatGPT, a large language model trained by OpenAI.'

interface Context {
  readonly dialect: TemplateDialect
  readonly traits: DialectTraits
  readonly refuse: (path: string, found: unknown, reason: string) => Error
  readonly lose: TemplateStackOptions['lose']
}

/** What the stacks do to a request before the template sees it, apart from what their traits say. */
interface FrontPart {
  /** Whether arguments that are not JSON are refused; otherwise they stay a string. */
  readonly refusesBadArguments: boolean
  /** How the template prints arguments that are a string. */
  readonly quotesStrings: boolean
  /** Whether an assistant's message without content has the empty text. */
  readonly fillsContent: boolean
  /** Whether `tool_calls: []` stays a list for the template to stumble over. */
  readonly keepsEmptyCalls: boolean
  /** Whether text beside calls makes room for reasoning, which the template would refuse. */
  readonly prefersReasoning: boolean
  /** Whether a grammar is built from the tools, which fails for some schemas. */
  readonly enforcesCalls: boolean
  readonly refusesMarkup: boolean
  readonly hasOwnJinja: boolean
  readonly keepsLoneReasoning: boolean
}

const HF: FrontPart = {
  refusesBadArguments: false,
  quotesStrings: true,
  fillsContent: false,
  keepsEmptyCalls: true,
  prefersReasoning: false,
  enforcesCalls: false,
  refusesMarkup: true,
  hasOwnJinja: false,
  keepsLoneReasoning: false,
}

const FRONT_PARTS: Readonly<Record<TemplateDialect, FrontPart>> = {
  hf: HF,
  unsloth: { ...HF, quotesStrings: false, keepsLoneReasoning: true },
  sglang: { ...HF, refusesBadArguments: true, fillsContent: true },
  'llama.cpp': {
    ...HF,
    refusesBadArguments: true,
    fillsContent: true,
    keepsEmptyCalls: false,
    prefersReasoning: true,
    enforcesCalls: true,
    refusesMarkup: false,
    hasOwnJinja: true,
  },
}

function readMessage(message: StackMessage, context: Context, partSeparator: string): TemplateMessage {
  const { traits, dialect, lose } = context
  const { path, role, fields, calls } = message
  const front = FRONT_PARTS[dialect]
  // transformers takes the first that is there, even if it is empty.
  const keys = traits.reasoningKeys.filter((key) => fields[key] != null).slice(0, 1)
  const thinking = role === 'assistant' ? readReasoning(message, keys, lose) : undefined
  const hasCalls = front.keepsEmptyCalls ? fields['tool_calls'] != null : calls.length > 0
  let content =
    message.content === undefined && !front.fillsContent && !hasCalls
      ? undefined
      : joinedContent(message, partSeparator)
  if (front.prefersReasoning && hasCalls && thinking !== undefined) {
    if (content !== undefined && content !== '') lose(`${path}.content`, 'text-beside-call')
    content = undefined
  }
  return {
    path,
    role,
    ...(content === undefined ? {} : { content }),
    ...(thinking === undefined ? {} : { thinking }),
    ...(hasCalls ? { calls: calls.map((call) => readCall(call, context)) } : {}),
    ...(role === 'tool' ? { answers: fields['tool_call_id'] } : {}),
  }
}

function readCall(
  { path, id, name, arguments: args, contentType }: StackCall,
  { dialect, refuse }: Context,
): TemplateCall {
  const { refusesBadArguments, quotesStrings } = FRONT_PARTS[dialect]
  const at = `${path}.function.arguments`
  if (args === undefined) throw refuse(at, args, 'a call needs arguments')
  const node = readJsonText(typeof args === 'string' ? args : writtenText(args))
  if (node === undefined && refusesBadArguments) throw refuse(at, args, 'arguments have to be JSON')
  const value = node === undefined ? (args as string) : node
  const text =
    typeof value === 'string' && !quotesStrings
      ? value
      : writeJson(value, dialect === 'llama.cpp' ? LLAMA_CPP_JSON : PYTHON_JSON)
  return {
    path,
    id,
    name,
    arguments: text,
    contentType: textSetting(contentType, `${path}.function.content_type`) ?? 'json',
  }
}

function asUser({ path, content = '' }: TemplateMessage): TemplateMessage {
  return { path, role: 'user', content }
}

/** The tools that the template gets to see. */
function shownTools({ body, tools = [] }: StackRequest, { traits, lose }: Context): readonly StackTool[] {
  const shown = tools.filter(isShownBy(body['tool_choice'], traits.toolChoice))
  for (const tool of tools) if (!shown.includes(tool)) lose(tool.path, 'hidden-tool')
  return shown
}

function isShownBy(choice: unknown, rule: DialectTraits['toolChoice']): (tool: StackTool) => boolean {
  if (rule === 'ignored' || choice == null) return () => true
  if (choice === 'none') return () => false
  const { function: named } = choice as { readonly function?: { readonly name?: unknown } }
  return ({ name }) => rule === 'none-hides' || named?.name === undefined || named.name === name
}

function readTool({ path, name, description, parameters }: StackTool, { traits }: Context): TemplateTool {
  const filled = description === undefined && traits.undescribedTool === 'empty-line' ? '' : description
  return {
    path,
    name,
    description: filled,
    parameters: nodeOf(readSchema(parameters, `${path}.function.parameters`) ?? null),
  }
}

function readEffort(
  { body }: StackRequest,
  kwargs: Readonly<Record<string, unknown>>,
  { dialect }: Context,
): string {
  const effort = textSetting(body['reasoning_effort'], 'reasoning_effort')
  // llama-server takes the field for a switch of its own.
  if (effort !== undefined && !(dialect === 'llama.cpp' && effort === 'none')) return effort
  return textSetting(kwargs['reasoning_effort'], 'chat_template_kwargs.reasoning_effort') ?? 'medium'
}

/** Of these names, the template knows `browser` and `python`, and passes over any other. */
function readBuiltinTools(kwargs: Readonly<Record<string, unknown>>): readonly string[] | undefined {
  const path = 'chat_template_kwargs.builtin_tools'
  const names = kwargs['builtin_tools']
  return names == null
    ? undefined
    : checkedList(names, path).map((name, index) => checkedName(name, `${path}[${index}]`))
}

/** @throws HarmonyError `invalid-request` */
function textSetting(value: unknown, path: string): string | undefined {
  if (value == null || typeof value === 'string') return value ?? undefined
  throw invalidRequest(path, value, 'a string')
}

/** The end of a prompt whose last answer goes on. Without any text, llama.cpp leaves even `<|start|>` out. */
function withContinued({ messages }: Prompt, { content = '', thinking = '' }: TemplateMessage): Prompt {
  if (content === '' && thinking === '') return { messages, tail: [] }
  if (content === '') return { messages: [...messages, answer('analysis', thinking)], tail: [] }
  return {
    messages: [...messages, answer('analysis', thinking, SPECIAL_TOKENS.END), answer('final', content)],
    tail: [],
  }
}
