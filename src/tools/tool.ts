import type { ToolCall } from '../turn/index.js'
import type { StandardJsonSchema } from './parameters.js'

/** A function that the model can call, in the form of the Responses API. */
export interface FunctionTool extends ParseableTool {
  readonly type?: 'function' | undefined
  /** The caller's own name. A name that is no identifier, such as `get-weather`, becomes one in the prompt. */
  readonly name: string
  readonly description?: string | null | undefined
  /** A JSON Schema, or a schema that knows its JSON Schema, such as zod's. Without it, the tool has no arguments. */
  readonly parameters?: object | null | undefined
  /** Accepted because OpenAI's types have it; without effect on the prompt. */
  readonly strict?: boolean | null | undefined
  /** Runs a call. A call to a tool without it is the caller's to run: `runTurn` stops there. */
  readonly execute?: ExecuteTool | undefined
  /** Whether a call must be approved before it runs. Default `false`. */
  readonly needsApproval?: boolean | undefined
}

/** What the OpenAI SDK's `zodFunction` and `zodResponsesFunction` add to a tool. */
export interface ParseableTool {
  // Methods, because the SDK's callbacks are typed by each tool's own arguments.
  $parseRaw?(input: string): unknown
  readonly $callback?: ((input: never) => unknown) | undefined
}

/** A function in the form of Chat Completions, with the callback that the OpenAI SDK's `runTools` takes. */
export interface ChatFunctionTool extends ParseableTool {
  readonly type: 'function'
  readonly function: {
    readonly name?: string | undefined
    readonly description?: string | undefined
    readonly parameters?: object | undefined
    readonly strict?: boolean | null | undefined
    /** Runs a call: takes what `parse` returned, or the arguments as text. */
    function?(input: never, runner: never): unknown
    parse?(input: string): unknown
  }
}

/** Tools under a common name, such as those of an MCP server: `search` of the namespace `docs` is `docs.search`. */
export interface ToolNamespace {
  readonly name: string
  readonly description?: string | null | undefined
  readonly tools: readonly FunctionTool[]
  /** Runs a message to the namespace itself, as `python` takes code. Its input is the message's text. */
  readonly execute?: ExecuteTool | undefined
  /** The message that describes it: the built-in tools stand in the system message. Default `developer`. */
  readonly describedIn?: 'system' | 'developer' | undefined
}

/**
 * Runs a call. `input` is the arguments, read as JSON; a schema such as zod's has checked them. What it returns is
 * what the model reads: a string as it is, a {@link ToolOutput} by its text, anything else as JSON. What it throws
 * becomes an error that the model reads.
 */
export type ExecuteTool = (input: never, context: ToolContext) => unknown

export interface ToolContext {
  readonly call: ToolCall
  /** Aborts when the run does. */
  readonly signal: AbortSignal
}

/** What a call came to. A tool may return one to keep a value beside the text, or to report an error. */
export class ToolOutput {
  /** What the model reads. */
  readonly text: string
  /** Whether the tool failed, or the call could not be made; `text` says why. */
  readonly isError: boolean
  /** What the tool returned, or what it threw. */
  readonly value: unknown

  constructor(
    text: string,
    { isError = false, value = text }: { readonly isError?: boolean; readonly value?: unknown } = {},
  ) {
    this.text = text
    this.isError = isError
    this.value = value
  }
}

/**
 * Returns the tool as it is; TypeScript infers the type of `input` from the schema.
 *
 * @example
 * ```ts
 * import { functionTool } from 'gpt-oss-harmony/tools'
 * import * as z from 'zod'
 *
 * const add = functionTool({
 *   name: 'add',
 *   parameters: z.object({ a: z.number(), b: z.number() }),
 *   execute: ({ a, b }) => a + b,
 * })
 * ```
 */
export function functionTool<Output>(
  tool: Omit<FunctionTool, 'parameters' | 'execute'> & {
    readonly parameters: StandardJsonSchema<Output>
    readonly execute: (input: Output, context: ToolContext) => unknown
  },
): FunctionTool {
  return tool
}
