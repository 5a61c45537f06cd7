import type { JsonValue, UncheckedObject } from '../json/index.js'
import type { ToolDescription } from '../message/index.js'
import { CUSTOM_TOOL_PARAMETERS } from './custom-tool.js'
import {
  checkedList,
  checkedName,
  checkedObject,
  checkedSchema,
  invalidRequest,
  unsupportedContent,
} from './invalid-request.js'
import { prepareSchema } from './prepare-schema.js'
import { checkFields } from './request-fields.js'
import type { ToolNames } from './tool-names.js'

/** A tool that a request offers, under the request's own name. */
export type RequestTool = RequestFunction | RequestCustomTool

export interface RequestFunction {
  readonly type: 'function'
  readonly name: string
  readonly description: string
  /** A JSON Schema. */
  readonly parameters?: JsonValue
}

/** A tool that takes free text. In Harmony it is a function of one string, `input`. */
export interface RequestCustomTool {
  readonly type: 'custom'
  readonly name: string
  readonly description: string
}

/**
 * Reads the request's `tools`, in the form of either API.
 *
 * @throws HarmonyError `invalid-request`, also for two tools of one name; `unknown-field`; `unsupported-content`
 *   for tools that are neither functions nor custom tools with free text
 */
export function readTools(tools: unknown, path = 'tools'): readonly RequestTool[] {
  if (tools == null) return []
  const list = checkedList(tools, path)
  const read: RequestTool[] = []
  for (let index = 0; index < list.length; index++) read.push(readTool(list[index], `${path}[${index}]`))
  checkUniqueNames(read, path)
  return read
}

/** @throws HarmonyError `invalid-request` for two tools of one name */
export function checkUniqueNames(tools: readonly { readonly name: string }[], path: string): void {
  const indexes = new Map<string, number>()
  tools.forEach(({ name }, index) => {
    const other = indexes.get(name)
    if (other !== undefined)
      throw invalidRequest(`${path}[${index}]`, name, `a name of its own: ${path}[${other}] has it too`)
    indexes.set(name, index)
  })
}

/**
 * Reads a function or a custom tool. Chat Completions nests the definition under the type
 * (`{type, function: {name}}`), Responses does not (`{type, name}`); both are read.
 *
 * @throws HarmonyError as {@link readTools}
 */
export function readTool(value: unknown, path: string): RequestTool {
  const tool = checkedObject(value, path)
  const type = toolTypeOf(tool, path)
  const [definition, definitionPath] = definitionOf(tool, type, path)
  if (definition === tool) checkFields(tool, path, FLAT_FIELDS[type])
  else {
    checkFields(tool, path, { understood: ['type', type], ignored: IGNORED_FIELDS })
    checkFields(definition, definitionPath, DEFINITION_FIELDS[type])
  }

  const name = checkedName(definition['name'], `${definitionPath}.name`)
  const given = definition['description']
  if (given != null && typeof given !== 'string')
    throw invalidRequest(`${definitionPath}.description`, given, 'a string or null')
  const description = given ?? ''
  if (type === 'custom') {
    checkCustomFormat(definition['format'], `${definitionPath}.format`)
    return { type, name, description }
  }
  const { parameters } = definition
  return {
    type,
    name,
    description,
    ...(parameters != null && { parameters: checkedSchema(parameters, `${definitionPath}.parameters`) }),
  }
}

const IGNORED_FIELDS = ['strict', 'cache_control', 'defer_loading', 'return', 'returns']
const DEFINITION_FIELDS = {
  function: { understood: ['name', 'description', 'parameters'], ignored: IGNORED_FIELDS },
  custom: { understood: ['name', 'description', 'format'], ignored: IGNORED_FIELDS },
}
const FLAT_FIELDS = {
  function: { understood: ['type', 'name', 'description', 'parameters'], ignored: IGNORED_FIELDS },
  custom: { understood: ['type', 'name', 'description', 'format'], ignored: IGNORED_FIELDS },
}

/**
 * Returns the type of a tool, or of a call to one. `function` is the default, as many clients leave it out.
 *
 * @throws HarmonyError `invalid-request`, `unsupported-content`
 */
export function toolTypeOf({ type, ...tool }: UncheckedObject, path: string): RequestTool['type'] {
  if (type === 'function' || type === 'custom') return type
  if (type == null && typeof tool['function'] === 'object') return 'function'
  if (typeof type !== 'string') throw invalidRequest(`${path}.type`, type, '"function" or "custom"')
  throw unsupportedContent(
    `${path}.type`,
    type,
    'tools of this type have no form in Harmony, wanted "function" or "custom"',
  )
}

/** The object that has the name, and its path: the one under the type's key, or `tool` itself. */
export function definitionOf(
  tool: UncheckedObject,
  type: RequestTool['type'],
  path: string,
): readonly [definition: UncheckedObject, path: string] {
  if (tool[type] === undefined && tool['name'] !== undefined) return [tool, path]
  return [checkedObject(tool[type], `${path}.${type}`), `${path}.${type}`]
}

function checkCustomFormat(format: unknown, path: string): void {
  if (format == null) return
  const { type } = checkedObject(format, path)
  if (type === 'text') return
  if (type === 'grammar')
    throw unsupportedContent(`${path}.type`, type, 'gpt-oss takes custom tools of free text alone')
  throw invalidRequest(`${path}.type`, type, '"text"')
}

/**
 * Returns a tool as Harmony declares it, under its name there.
 *
 * @param preparesSchema whether `prepareSchema` rewrites the parameters
 */
export function toolDescription(
  tool: RequestTool,
  names: ToolNames,
  preparesSchema = false,
): ToolDescription {
  const { description } = tool
  const name = names.toHarmony(tool.name)
  if (tool.type === 'custom') return { name, description, parameters: CUSTOM_TOOL_PARAMETERS }
  const { parameters } = tool
  if (parameters === undefined) return { name, description }
  return { name, description, parameters: preparesSchema ? prepareSchema(parameters) : parameters }
}
