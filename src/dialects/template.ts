import type { JsonNode } from '../json/index.js'
import { browserTool, type Channel, pythonTool } from '../message/index.js'
import { toolsText } from '../render/index.js'
import { SPECIAL_TOKENS } from '../tokenizer/index.js'
import type { DialectTraits, Loss } from './dialect.js'
import type { Prompt, PromptMessage } from './prompt.js'
import { isTruthy, templateParameters } from './template-types.js'

/**
 * The Hugging Face chat template of gpt-oss and its relatives: what the template prints for messages that a stack has
 * prepared. Where the relatives differ, `traits` says how.
 *
 * Source: `chat_template.jinja` of openai/gpt-oss-20b (sha256 a4c9919c…), as TRL 1.16.0 carries it; unsloth 2026.10.9.
 */
export interface TemplateInput {
  readonly date: string
  readonly identity: string
  readonly effort: string
  readonly builtinTools: readonly string[]
  readonly tools: readonly TemplateTool[]
  readonly messages: readonly TemplateMessage[]
  /** Without it, the last answer is one to train on: its reasoning is printed, and `<|return|>` ends it. */
  readonly addGenerationPrompt: boolean
}

export interface TemplateTool {
  readonly path: string
  readonly name: string
  readonly description: unknown
  readonly parameters: JsonNode
}

/** Keys that are missing here are missing for the template too, which tells them from empty ones. */
export interface TemplateMessage {
  readonly path: string
  readonly role: string
  readonly content?: string
  readonly thinking?: string
  readonly calls?: readonly TemplateCall[]
  /** Which call a result answers, by its id. The template does not read it. */
  readonly answers?: unknown
}

export interface TemplateCall {
  readonly path: string
  readonly id: unknown
  readonly name: string
  /** As they stand in the prompt. */
  readonly arguments: string
  readonly contentType: string
}

/** What a stack adds to the template: how it refuses, and what it has lost. */
export interface TemplateStack {
  readonly traits: DialectTraits
  readonly refuse: (path: string, found: unknown, reason: string) => Error
  readonly lose: (path: string, reason: Loss['reason']) => void
  /** Whether text with channel markers in an assistant's content is refused. */
  readonly refusesMarkup: boolean
  readonly hasOwnJinja: boolean
  /** Whether reasoning without any content stays a message of its own in earlier turns. */
  readonly keepsLoneReasoning: boolean
}

const { START, CHANNEL, END, CALL, RETURN } = SPECIAL_TOKENS

export function renderTemplate(input: TemplateInput, stack: TemplateStack): Prompt {
  const first = input.messages.at(0)
  const hasInstructions = first?.role === 'system' || first?.role === 'developer'
  const messages: PromptMessage[] = [
    { role: 'system', header: ['system'], content: systemContent(input), terminator: END },
  ]
  const instructions = hasInstructions ? (first.content ?? '') : ''
  if (instructions !== '' || input.tools.length > 0) {
    const content = developerContent(instructions, input.tools, stack)
    messages.push({ role: 'developer', header: ['developer'], content, terminator: END })
  }
  const rest = turns(hasInstructions ? input.messages.slice(1) : input.messages, input, stack)
  return { messages: [...messages, ...rest], tail: input.addGenerationPrompt ? [START, 'assistant'] : [] }
}

function systemContent({ identity, date, effort, builtinTools, tools }: TemplateInput): string {
  const builtin = {
    ...(builtinTools.includes('browser') ? { browser: browserTool() } : {}),
    ...(builtinTools.includes('python') ? { python: pythonTool() } : {}),
  }
  const sections = [
    `${identity}\nKnowledge cutoff: 2024-06\nCurrent date: ${date}`,
    `Reasoning: ${effort}`,
    ...(builtinTools.length === 0 ? [] : [toolsText(builtin, 'builtinTools') ?? '# Tools']),
    '# Valid channels: analysis, commentary, final. Channel must be included for every message.',
  ]
  const calls =
    tools.length === 0 ? '' : "\nCalls to these tools must go to the commentary channel: 'functions'."
  return sections.join('\n\n') + calls
}

function developerContent(
  instructions: string,
  tools: readonly TemplateTool[],
  stack: TemplateStack,
): string {
  if (tools.length === 0) return `# Instructions\n\n${instructions}${stack.traits.afterInstructions}`
  const head = instructions === '' ? '' : `# Instructions\n\n${instructions}\n\n`
  return `${head}# Tools\n\n## functions\n\nnamespace functions {\n\n${tools.map((tool) => toolText(tool, stack)).join('')}} // namespace functions`
}

function toolText({ path, name, description, parameters }: TemplateTool, stack: TemplateStack): string {
  if (typeof description !== 'string') {
    throw stack.refuse(`${path}.function.description`, description, 'a tool needs a description')
  }
  const type = templateParameters(parameters, {
    refuse: (found, reason) => stack.refuse(`${path}.function.parameters`, found, reason),
    hasOwnJinja: stack.hasOwnJinja,
  })
  return `// ${description}\ntype ${name} = ${type};\n\n`
}

function* turns(
  messages: readonly TemplateMessage[],
  { addGenerationPrompt }: TemplateInput,
  stack: TemplateStack,
): Generator<PromptMessage> {
  const { refuse, lose, traits } = stack
  // A later answer is any assistant's message without the key `tool_calls`.
  const lastAnswer = messages.findLastIndex(({ role, calls }) => role === 'assistant' && calls === undefined)
  let lastCall: TemplateCall | undefined
  const names = new Map<unknown, string>()
  for (const [index, message] of messages.entries()) {
    const { path, role, content, thinking, calls } = message
    switch (role) {
      case 'assistant': {
        refuseMarkup(message, stack)
        if (calls !== undefined) {
          const call = calls.at(0)
          if (call === undefined) throw refuse(`${path}.tool_calls`, [], 'its template reads the first call')
          for (const { id, name } of calls) names.set(id, name)
          for (const { path: further } of calls.slice(1)) lose(further, 'parallel-call')
          if (isTruthy(content) && isTruthy(thinking)) {
            throw refuse(path, content, 'a call has text or reasoning beside it, not both')
          }
          const analysis = content || thinking || ''
          if (analysis !== '') {
            if (lastAnswer > index) lose(path, 'old-reasoning')
            else yield answer('analysis', analysis, END)
          }
          yield {
            role: 'assistant',
            channel: 'commentary',
            header: [`assistant to=functions.${call.name}`, CHANNEL, `commentary ${call.contentType}`],
            content: call.arguments,
            terminator: CALL,
          }
          lastCall = call
        } else if (index === messages.length - 1 && !addGenerationPrompt) {
          if (thinking !== undefined) yield answer('analysis', thinking, END)
          yield answer('final', textOf(message, stack), RETURN)
        } else if (stack.keepsLoneReasoning && thinking !== undefined && content === undefined) {
          yield answer('analysis', thinking, END)
          lastCall = undefined
        } else {
          if (isTruthy(thinking)) lose(path, 'old-reasoning')
          yield answer('final', textOf(message, stack), END)
          lastCall = undefined
        }
        break
      }
      case 'tool': {
        if (lastCall === undefined) throw refuse(path, role, 'no call comes before this result')
        const called = names.get(message.answers)
        if (called !== undefined && called !== lastCall.name) lose(path, 'result-name')
        const text = textOf(message, stack)
        yield {
          role: 'tool',
          channel: 'commentary',
          header: [`functions.${lastCall.name} to=assistant`, CHANNEL, 'commentary'],
          content: traits.results === 'json-string' ? JSON.stringify(text) : text,
          terminator: END,
        }
        break
      }
      case 'user':
        yield { role: 'user', header: ['user'], content: textOf(message, stack), terminator: END }
        break
      case 'system':
      case 'developer':
        lose(path, 'instructions')
        break
      default:
        lose(path, 'unknown-role')
    }
  }
}

export function answer(
  channel: Exclude<Channel, 'commentary'>,
  content: string,
  terminator?: number,
): PromptMessage {
  return {
    role: 'assistant',
    channel,
    header: ['assistant', CHANNEL, channel],
    content,
    ...(terminator === undefined ? {} : { terminator }),
  }
}

function textOf({ path, content }: TemplateMessage, { refuse }: TemplateStack): string {
  if (content === undefined) throw refuse(`${path}.content`, content, 'its template needs text')
  return content
}

function refuseMarkup({ path, content, thinking }: TemplateMessage, stack: TemplateStack): void {
  const texts = { ...(stack.refusesMarkup ? { content } : {}), thinking }
  for (const [key, text] of Object.entries(texts)) {
    if (text !== undefined && /<\|channel\|>(?:analysis|final)<\|message\|>/.test(text))
      throw stack.refuse(`${path}.${key}`, text, 'channel markers have no place there')
  }
}
