import type { ToolDescription } from '../message/index.js'
import {
  checkedList,
  checkedName,
  checkedObject,
  checkedSchema,
  invalidRequest,
  unsupportedContent,
  type UncheckedObject,
} from './invalid-request.js'
import type { ToolNames } from './tool-names.js'

/** A function that a request offers, under the request's own name. */
export interface RequestFunction {
  readonly name: string
  readonly description: string
  readonly parameters?: unknown
}

/** The request's `tools`. @throws HarmonyError `invalid-request`; `unsupported-content` for tools that are no functions */
export function readTools(tools: unknown, path = 'tools'): readonly RequestFunction[] {
  if (tools == null) return []
  return checkedList(tools, path).map((value, index) => {
    const toolPath = `${path}[${index}]`
    const tool = checkedObject(value, toolPath)
    checkFunctionType(tool, toolPath)
    const definition = checkedObject(tool['function'], `${toolPath}.function`)
    const { description, parameters } = definition
    if (description != null && typeof description !== 'string') {
      throw invalidRequest(`${toolPath}.function.description`, description, 'a string or null')
    }
    return {
      name: checkedName(definition['name'], `${toolPath}.function.name`),
      description: description ?? '',
      ...(parameters == null
        ? {}
        : { parameters: checkedSchema(parameters, `${toolPath}.function.parameters`) }),
    }
  })
}

/** Makes sure that a tool, or a call to one, is a function's. */
export function checkFunctionType({ type }: UncheckedObject, path: string): void {
  if (type === 'function') return
  if (typeof type !== 'string') throw invalidRequest(`${path}.type`, type, '"function"')
  throw unsupportedContent(
    `${path}.type`,
    type,
    'tools of this kind have no form in Harmony, wanted "function"',
  )
}

export function toolDescription({ name, ...rest }: RequestFunction, names: ToolNames): ToolDescription {
  return { name: names.toHarmony(name), ...rest }
}

/** Which tools the model may call, and whether it must call one. */
export interface ToolChoice {
  readonly tools: readonly RequestFunction[]
  readonly forced: readonly RequestFunction[]
}

/** @throws HarmonyError `invalid-request`, for a function that is not among the tools as well */
export function readToolChoice(choice: unknown, tools: readonly RequestFunction[]): ToolChoice {
  if (choice == null || choice === 'auto') return { tools, forced: [] }
  if (choice === 'none') return { tools: [], forced: [] }
  if (choice === 'required') return { tools, forced: checkedNotEmpty(tools, 'tools') }
  if (typeof choice !== 'object')
    throw invalidRequest('tool_choice', choice, '"auto", "none", "required" or an object')

  const { type, ...rest } = choice as UncheckedObject
  if (type !== 'allowed_tools')
    return { tools, forced: [namedFunction(choice as UncheckedObject, 'tool_choice', tools)] }

  const path = 'tool_choice.allowed_tools'
  const allowed = checkedObject(rest['allowed_tools'], path)
  const mode = allowed['mode']
  if (mode !== 'auto' && mode !== 'required')
    throw invalidRequest(`${path}.mode`, mode, '"auto" or "required"')
  const listed = checkedList(allowed['tools'], `${path}.tools`).map((tool, index) => {
    const toolPath = `${path}.tools[${index}]`
    return namedFunction(checkedObject(tool, toolPath), toolPath, tools)
  })
  const rendered = tools.filter((tool) => listed.includes(tool))
  return { tools: rendered, forced: mode === 'required' ? checkedNotEmpty(rendered, `${path}.tools`) : [] }
}

function namedFunction(
  choice: UncheckedObject,
  path: string,
  tools: readonly RequestFunction[],
): RequestFunction {
  checkFunctionType(choice, path)
  const name = checkedObject(choice['function'], `${path}.function`)['name']
  const found = tools.find((tool) => tool.name === name)
  if (found === undefined) throw invalidRequest(`${path}.function.name`, name, 'the name of one of the tools')
  return found
}

function checkedNotEmpty(tools: readonly RequestFunction[], path: string): readonly RequestFunction[] {
  if (tools.length === 0) throw invalidRequest(path, tools, 'at least one, as tool_choice requires a call')
  return tools
}
