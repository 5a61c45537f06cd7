import { toolsText } from '../render/index.js'
import { browserTool, pythonTool } from '../message/index.js'
import { SPECIAL_TOKENS } from '../tokenizer/index.js'
import { readJsonText, readSchema, writeJson, type JsonObject, type JsonValue } from '../json/index.js'
import { GO_JSON } from './json-spelling.js'
import type { Loss } from './dialect.js'
import { refusedBy } from './refused.js'
import { answer } from './template.js'
import type { Prompt, PromptMessage } from './prompt.js'
import {
  optionalText,
  readReasoning,
  type StackCall,
  type StackMessage,
  type StackRequest,
  type StackTool,
} from './stack-request.js'

const { START, CHANNEL, CONSTRAIN, END, CALL } = SPECIAL_TOKENS

type Lose = (path: string, reason: Loss['reason']) => void

/** A message as Ollama keeps it. */
interface OllamaMessage {
  readonly path: string
  readonly role: string
  content: string
  readonly thinking: string
  readonly calls: readonly OllamaCall[]
  readonly toolName: string
}

interface OllamaCall {
  readonly name: string
  readonly arguments: string
}

/**
 * The prompt of Ollama: its reading of a Chat body, neighbours of one role merged, and its template.
 *
 * Source: Ollama 0.17.4, `openai.FromChatRequest` and `template.Execute`; the model's template, blob fa6710a93d78.
 */
export function ollamaPrompt(
  request: StackRequest,
  { date, lose }: { readonly date: string; readonly lose: Lose },
): Prompt {
  const read = request.messages.flatMap((message) => readMessage(message, request, lose))
  const system = read
    .filter(({ role }) => role === 'system')
    .map(({ content }) => content)
    .join('\n\n')
  const messages = merged(read, lose)
  const tools = renamed(request.tools ?? [])
  const functions = tools.filter(({ name }) => !isBuiltin(name))

  const prompt: PromptMessage[] = [
    { role: 'system', header: ['system'], content: systemContent(request, date, tools), terminator: END },
  ]
  if (functions.length > 0 || system !== '') {
    const sections = functions.length === 0 ? '' : functionsText(functions)
    const instructions = system === '' ? '' : `\n\n# Instructions\n\n${system}`
    prompt.push({
      role: 'developer',
      header: ['developer'],
      content: sections + instructions,
      terminator: END,
    })
  }
  const last = messages.at(-1)
  const isOpen = last?.role === 'assistant' && (last.content !== '' || last.thinking !== '')
  return { messages: [...prompt, ...turns(messages, lose)], tail: isOpen ? [] : [START, 'assistant'] }
}

function readMessage(message: StackMessage, request: StackRequest, lose: Lose): OllamaMessage[] {
  const { path, role, content } = message
  const thinking = readReasoning(message, ['reasoning'], lose) ?? ''
  const calls = message.calls.map(readCall)
  const toolName = role.toLowerCase() === 'tool' ? resultName(message, request) : ''
  const read = { path, role, content: '', thinking: '', calls: [], toolName: '' }
  if (content == null) {
    if (message.fields['tool_calls'] == null)
      throw refusedBy('ollama', `${path}.content`, content, 'only calls stand without text')
    return [{ ...read, thinking, calls }]
  }
  if (typeof content === 'string') return [{ ...read, content, thinking, calls, toolName }]
  // Each part is a message; the last one carries what belongs to the whole, and only if it calls.
  if (calls.length === 0) {
    if (thinking !== '') lose(`${path}.reasoning`, 'unread-reasoning')
    if (toolName !== '') lose(path, 'result-name')
  }
  return content.map((text, index) =>
    index === content.length - 1 && calls.length > 0
      ? { ...read, content: text, thinking, calls, toolName }
      : { ...read, content: text },
  )
}

function readCall({ path, name, arguments: args }: StackCall): OllamaCall {
  const node = typeof args === 'string' ? readJsonText(args) : undefined
  if (node === null) return { name, arguments: '{}' }
  if (!(node instanceof Map))
    throw refusedBy('ollama', `${path}.function.arguments`, args, 'arguments are an object as JSON text')
  return { name, arguments: writeJson(node, GO_JSON) }
}

/** The message's `name`, or else that of the last call with its id. */
function resultName(message: StackMessage, { messages }: StackRequest): string {
  const name = optionalText(message, 'name') ?? ''
  const id = message.fields['tool_call_id']
  if (name !== '' || id == null || id === '') return name
  const calls = messages.flatMap((other) => other.calls)
  return calls.findLast((call) => call.id === id)?.name ?? ''
}

/** Neighbours of one role become one message, which keeps the reasoning and the calls of the first. */
function merged(messages: readonly OllamaMessage[], lose: Lose): readonly OllamaMessage[] {
  const result: OllamaMessage[] = []
  for (const message of messages) {
    const before = result.at(-1)
    if (before?.role !== message.role || message.role === 'tool') {
      result.push({ ...message })
      continue
    }
    before.content += `\n\n${message.content}`
    if (message.calls.length > 0) lose(`${message.path}.tool_calls`, 'parallel-call')
    if (message.thinking !== '') lose(`${message.path}.reasoning`, 'old-reasoning')
  }
  return result
}

function systemContent({ body }: StackRequest, date: string, tools: readonly StackTool[]): string {
  const effort = body['reasoning_effort'] ?? 'medium'
  if (effort !== 'none' && effort !== 'low' && effort !== 'medium' && effort !== 'high')
    throw refusedBy('ollama', 'reasoning_effort', effort, 'it knows none, low, medium and high')
  const names = new Set(tools.map(({ name }) => name))
  const browser = browserTool()
  const functions = browser.tools.filter(({ name }) => names.has(`browser.${name}`))
  const sections = [
    `You are ChatGPT, a large language model trained by OpenAI.\nKnowledge cutoff: 2024-06\nCurrent date: ${date}`,
    ...(effort === 'none' ? [] : [`Reasoning: ${effort}`]),
    ...[
      toolsText(
        {
          ...(functions.length === 0 ? {} : { browser: { ...browser, tools: functions } }),
          ...(names.has('python') ? { python: pythonTool() } : {}),
        },
        'tools',
      ) ?? [],
    ].flat(),
    '# Valid channels: analysis, commentary, final. Channel must be included for every message.',
  ]
  const calls = tools.some(({ name }) => !isBuiltin(name))
    ? "\nCalls to these tools must go to the commentary channel: 'functions'."
    : ''
  return sections.join('\n\n') + calls
}

function functionsText(tools: readonly StackTool[]): string {
  return `# Tools\n\n## functions\n\nnamespace functions {${tools.map(functionText).join('')}\n\n} // namespace functions`
}

function functionText({ path, name, description, parameters }: StackTool): string {
  const comment = typeof description === 'string' && description !== '' ? `\n// ${description}` : ''
  const properties = propertiesOf(readSchema(parameters, `${path}.function.parameters`))
  const names = Object.keys(properties).sort(byBytes)
  if (names.length === 0) return `\n${comment}\ntype ${name} = () => any;`
  const lines = names.map((property) => {
    const schema = properties[property]
    const { type, description: about } = isObject(schema) ? schema : {}
    const types = (Array.isArray(type) ? type : [type]).filter((item) => typeof item === 'string')
    if (types.length === 0)
      throw refusedBy(
        'ollama',
        `${path}.function.parameters.properties.${property}`,
        schema,
        'a property needs a type',
      )
    const above = typeof about === 'string' && about !== '' ? `\n  // ${about}` : ''
    return `${above}\n  ${property}: ${types.join(' | ')},`
  })
  return `\n${comment}\ntype ${name} = (_: {${lines.join('')}\n}) => any;`
}

function propertiesOf(schema: JsonValue | undefined): JsonObject {
  if (!isObject(schema) || !isObject(schema['properties'])) return {}
  return schema['properties']
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function* turns(messages: readonly OllamaMessage[], lose: Lose): Generator<PromptMessage> {
  const lastUser = messages.findLastIndex(({ role }) => role === 'user')
  const last = messages.at(-1)
  // Once the last answer goes on, no answer before it is closed either.
  const opensFinal = last?.role === 'assistant' && last.content !== ''
  const opensAnalysis = !opensFinal && last?.role === 'assistant' && last.thinking !== ''
  for (const [index, { path, role, content, thinking, calls, toolName }] of messages.entries()) {
    switch (role) {
      case 'tool':
        yield {
          role,
          header: [`${isBuiltin(toolName) ? '' : 'functions.'}${toolName} to=assistant`],
          content,
          terminator: END,
        }
        break
      case 'assistant':
        if (thinking !== '') {
          if (index > lastUser) yield answer('analysis', thinking, opensAnalysis ? undefined : END)
          else lose(`${path}.reasoning`, 'old-reasoning')
        }
        if (content !== '') yield answer('final', content, opensFinal ? undefined : END)
        else if (calls.length === 0) lose(`${path}.content`, 'empty-answer')
        for (const call of calls) {
          const [channel, recipient] = isBuiltin(call.name)
            ? ['analysis', call.name]
            : ['commentary', `functions.${call.name}`]
          yield {
            role,
            channel,
            header: ['assistant', CHANNEL, `${channel} to=${recipient} `, CONSTRAIN, 'json'],
            content: call.arguments,
            terminator: CALL,
          }
        }
        break
      case 'user':
        yield { role, header: [role], content, terminator: END }
        break
      case 'system':
        break
      case 'developer':
        lose(path, 'instructions')
        break
      default:
        lose(path, 'unknown-role')
    }
  }
}

/** Ollama's names for functions: identifiers of TypeScript, each only once. Calls in the history keep theirs. */
function renamed(tools: readonly StackTool[]): readonly StackTool[] {
  const taken = new Set<string>()
  return tools.map((tool) => {
    const wanted = identifier(tool.name)
    let name = wanted
    for (let count = 2; taken.has(name); count++) name = `${wanted}_${count}`
    if (isBuiltin(tool.name)) name = tool.name
    taken.add(name)
    return { ...tool, name }
  })
}

function identifier(name: string): string {
  const cleaned = name.replace(/[ .-]/g, '_').replace(/[^\p{L}\p{Nd}_$]/gu, '')
  if (cleaned === '') return 'unnamed'
  return /^\d/.test(cleaned) ? `_${cleaned}` : cleaned
}

function isBuiltin(name: string): boolean {
  return ['python', 'browser.search', 'browser.open', 'browser.find'].includes(name)
}

function byBytes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
