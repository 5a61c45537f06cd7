import { createSchemaChecker, type JsonValue, type SchemaChecker } from '../json/index.js'
import type { ToolDescription, ToolNamespaceConfig } from '../message/index.js'
import { ToolNames } from '../openai/index.js'
import type { ToolCall } from '../turn/index.js'
import { readJsonInput } from './input.js'
import { jsonSchemaOf, type ToolInput } from './parameters.js'
import type { ChatFunctionTool, ExecuteTool, FunctionTool, ToolNamespace } from './tool.js'

/** What a set is made of. */
export type ToolLike = FunctionTool | ChatFunctionTool | ToolNamespace

/** A tool of a set, as calls find it. */
export interface KnownTool {
  /** How the model calls it: `functions.get_weather`, `docs.search`, `python`. */
  readonly recipient: string
  /** The caller's own name. */
  readonly name: string
  /** The caller's own name of the namespace; absent for loose functions. */
  readonly namespace?: string
  /** Whether the set can run it. */
  readonly isRunnable: boolean
  readonly needsApproval: boolean
}

/** A tool with what runs it. */
export interface Entry {
  readonly tool: KnownTool
  readonly execute: ExecuteTool | undefined
  readonly readInput: (call: ToolCall) => Promise<ToolInput>
}

export interface ReadTools {
  /** By recipient. */
  readonly entries: ReadonlyMap<string, Entry>
  readonly namespaces: readonly ToolNamespaceConfig[]
  readonly builtins: readonly ToolNamespaceConfig[]
}

/** @throws TypeError, HarmonyError as `createToolSet` */
export function readTools(tools: readonly ToolLike[], checkArguments: boolean): ReadTools {
  const entries = new Map<string, Entry>()
  const namespaces: ToolNamespaceConfig[] = []
  const builtins: ToolNamespaceConfig[] = []

  const add = (entry: Entry) => {
    const { recipient } = entry.tool
    if (entries.has(recipient)) throw new TypeError(`tools: two tools have the name ${recipient}`)
    entries.set(recipient, entry)
  }
  const addFunctions = (functions: readonly NamedFunction[], prefix: string, namespace?: string) => {
    const names = new ToolNames(functions.map(({ name }) => name))
    return functions.map((tool): ToolDescription => {
      const harmonyName = names.toHarmony(tool.name)
      const recipient = `${prefix}.${harmonyName}`
      const { parameters } = tool
      const schema =
        parameters == null ? undefined : jsonSchemaOf(parameters, `tools: parameters of ${recipient}`)
      add(entryOf(tool, recipient, namespace, checkArguments ? schema : undefined))
      return {
        name: harmonyName,
        description: tool.description ?? '',
        ...(schema !== undefined && { parameters: schema }),
      }
    })
  }

  const grouped = tools.filter(isNamespace)
  const groupNames = new ToolNames(grouped.map(({ name }) => name))
  const functions = addFunctions(tools.filter(isFunction).map(namedFunction), 'functions')
  if (functions.length > 0) namespaces.push({ name: 'functions', tools: functions })

  for (const namespace of grouped) {
    const name = groupNames.toHarmony(namespace.name)
    const configs = namespace.describedIn === 'system' ? builtins : namespaces
    if ([...namespaces, ...builtins].some((config) => config.name === name))
      throw new TypeError(`tools: two namespaces have the name ${name}`)
    if (namespace.execute !== undefined) add(textEntry(namespace, name))
    const described = addFunctions(namespace.tools, name, namespace.name)
    configs.push({
      name,
      ...(namespace.description == null ? {} : { description: namespace.description }),
      tools: described,
    })
  }
  return { entries, namespaces, builtins }
}

/** A function in one form, whichever API's form it had. */
interface NamedFunction extends FunctionTool {
  /** Reads the arguments, for a tool that does not take JSON as it is. */
  readonly parse?: (input: string) => unknown
}

function namedFunction(tool: FunctionTool | ChatFunctionTool): NamedFunction {
  // The SDK's helpers hide these two from a copy of the tool.
  const { $callback, $parseRaw } = tool
  const parse = $parseRaw && ((text: string) => $parseRaw(text))
  if (!('function' in tool)) return { ...tool, execute: tool.execute ?? $callback, ...(parse && { parse }) }

  const {
    function: callback = $callback,
    parse: read = parse ?? ((text) => text),
    ...definition
  } = tool.function
  const name = definition.name ?? callback?.name ?? ''
  if (callback === undefined) return { ...definition, name }
  return { ...definition, name, parse: read, execute: (input, context) => callback(input, context as never) }
}

function entryOf(
  { name, parameters, parse, execute, needsApproval = false }: NamedFunction,
  recipient: string,
  namespace: string | undefined,
  checkedSchema: JsonValue | undefined,
): Entry {
  let checker: Promise<SchemaChecker> | undefined
  return {
    tool: {
      recipient,
      name,
      ...(namespace !== undefined && { namespace }),
      isRunnable: execute !== undefined,
      needsApproval,
    },
    execute,
    async readInput(call) {
      if (checkedSchema !== undefined) checker ??= createSchemaChecker(checkedSchema)
      return readJsonInput(call, parameters ?? undefined, parse, await checker)
    },
  }
}

/** What takes messages to a namespace itself. */
function textEntry({ name, execute }: ToolNamespace, recipient: string): Entry {
  return {
    tool: { recipient, name, isRunnable: true, needsApproval: false },
    execute,
    readInput: (call) => Promise.resolve({ value: call.arguments }),
  }
}

function isNamespace(tool: ToolLike): tool is ToolNamespace {
  return 'tools' in tool
}

function isFunction(tool: ToolLike): tool is FunctionTool | ChatFunctionTool {
  return !isNamespace(tool)
}
