import { unlessAborted } from '../abort.js'
import { quote } from '../errors.js'
import type { Message, ToolNamespaceConfig } from '../message/index.js'
import type { ToolCall } from '../turn/index.js'
import { type Entry, type KnownTool, readTools, type ToolLike } from './entries.js'
import { ToolOutput } from './tool.js'

export interface ToolSetOptions {
  /**
   * Whether arguments are checked against JSON Schemas before a tool runs, by the package `ajv`. What is wrong becomes an
   * error that the model reads. A schema such as zod's checks always. Default `false`.
   */
  readonly checkArguments?: boolean | undefined
}

/** Tools, and what runs them. `createToolSet` makes one. */
export class ToolSet {
  /** What goes into the developer message's tools: `developerMessage({ tools: toolSet.namespaces })`. */
  readonly namespaces: readonly ToolNamespaceConfig[]
  /** What goes into the system message's tools: `systemMessage({ tools: toolSet.builtins })`. */
  readonly builtins: readonly ToolNamespaceConfig[]
  readonly #entries: ReadonlyMap<string, Entry>

  /** @internal */
  constructor(tools: readonly ToolLike[], { checkArguments = false }: ToolSetOptions) {
    const { entries, namespaces, builtins } = readTools(tools, checkArguments)
    this.namespaces = namespaces
    this.builtins = builtins
    this.#entries = entries
  }

  /** The recipients of all tools, for the parser's option `tools`. */
  get recipients(): readonly string[] {
    return [...this.#entries.keys()]
  }

  /**
   * Returns the tool that a recipient names; `undefined` if there is none. Models leave out `functions.` or put it before
   * a namespace: both are found.
   */
  find(recipient: string): KnownTool | undefined {
    return this.#entry(recipient)?.tool
  }

  /**
   * Runs a call. Whatever goes wrong with it becomes an output for the model to read: an unknown tool, arguments that are
   * no JSON or do not fit the schema, an exception.
   *
   * @throws TypeError for a tool that has no `execute`
   * @throws HarmonyError `missing-package` if arguments are to be checked and `ajv` is not installed
   * @throws the signal's reason when it aborts, without waiting for the tool
   *
   * @example
   * ```ts
   * import { createToolSet } from 'gpt-oss-harmony/tools'
   *
   * const tools = createToolSet([{ name: 'add', execute: ({ a, b }: { a: number; b: number }) => a + b }])
   * const call = { recipient: 'functions.add', name: 'add', arguments: '{"a": 1, "b": 2}', json: { a: 1, b: 2 } }
   * const { text } = await tools.run(call)
   * console.log(text) // '3'
   * ```
   */
  async run(
    call: ToolCall,
    { signal = new AbortController().signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<ToolOutput> {
    signal.throwIfAborted()
    const entry = this.#entry(call.recipient)
    if (entry === undefined) return failed(`there is no tool ${quote(call.recipient)}. ${this.#offer()}`)
    const { execute } = entry
    if (execute === undefined)
      throw new TypeError(
        `run: the tool ${entry.tool.recipient} has no execute, wanted a tool that this set runs`,
      )

    const input = await entry.readInput(call)
    if ('error' in input) return failed(input.error)
    // An async function, so that a tool that throws at once rejects like one that throws later.
    const running = (async () => execute(input.value as never, { call, signal }))()
    try {
      return outputOf(await unlessAborted(running, signal))
    } catch (error) {
      signal.throwIfAborted()
      return failed(reasonOf(error), error)
    }
  }

  /** Returns the tool message that answers a call: from the tool, to the assistant, on the call's channel. */
  message(call: ToolCall, output: ToolOutput): Message {
    return {
      role: 'tool',
      name: this.find(call.recipient)?.recipient ?? call.recipient,
      recipient: 'assistant',
      channel: call.channel ?? 'commentary',
      content: output.text,
    }
  }

  #entry(recipient: string): Entry | undefined {
    return (
      this.#entries.get(recipient) ??
      this.#entries.get(`functions.${recipient}`) ??
      (recipient.startsWith('functions.')
        ? this.#entries.get(recipient.slice('functions.'.length))
        : undefined)
    )
  }

  #offer(): string {
    const names = this.recipients
    if (names.length === 0) return 'No tools are available.'
    const listed = names.slice(0, 20).join(', ')
    return `Available tools: ${listed}${names.length > 20 ? ' and others' : ''}.`
  }
}

/**
 * Returns a set of functions, built-in tools and namespaces.
 *
 * @throws TypeError for what is no list, if two tools have the same name, or a schema does not know its JSON Schema
 * @throws HarmonyError `invalid-conversation` for a schema that is no JSON
 *
 * @example
 * ```ts
 * import { developerMessage } from 'gpt-oss-harmony'
 * import { createToolSet } from 'gpt-oss-harmony/tools'
 *
 * const tools = createToolSet([
 *   {
 *     name: 'get-weather',
 *     description: 'Gets the weather of a city.',
 *     parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
 *     execute: ({ city }: { city: string }) => ({ city, celsius: 21 }),
 *   },
 * ])
 * const message = developerMessage({ tools: tools.namespaces })
 * console.log(tools.find('functions.get_weather')?.name) // 'get-weather'
 * ```
 */
export function createToolSet(tools: readonly ToolLike[], options: ToolSetOptions = {}): ToolSet {
  if (!Array.isArray(tools))
    throw new TypeError(`createToolSet: found ${quote(tools)}, wanted a list of tools`)
  return new ToolSet(tools as readonly ToolLike[], options)
}

function outputOf(value: unknown): ToolOutput {
  if (value instanceof ToolOutput) return value
  if (typeof value === 'string') return new ToolOutput(value)
  // `undefined` and functions have no JSON: a tool that returns nothing says nothing.
  return new ToolOutput(JSON.stringify(value) ?? '', { value })
}

function failed(reason: string, value?: unknown): ToolOutput {
  return new ToolOutput(`Error: ${reason}`, { isError: true, value })
}

function reasonOf(error: unknown): string {
  if (error instanceof Error) return error.message || error.name
  return typeof error === 'string' ? error : quote(error)
}
