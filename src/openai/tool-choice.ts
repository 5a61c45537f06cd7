import type { UncheckedObject } from '../json/index.js'
import { checkedList, checkedObject, invalidRequest } from './invalid-request.js'
import { closestName } from './request-fields.js'
import { definitionOf, type RequestTool, toolTypeOf } from './request-tools.js'

/** Which tools the model may call, and which of them it has to call one of. */
export interface ToolChoice<Tool> {
  readonly tools: readonly Tool[]
  /** Empty unless a call is demanded. */
  readonly forced: readonly Tool[]
}

/**
 * Returns the tools that an object of `tool_choice` names: `{type: "function", function: {name}}` in Chat
 * Completions, `{type: "function", name}` or `{type: "mcp", server_label}` in Responses.
 *
 * @throws HarmonyError for an object that names none of the tools
 */
export type FindTools<Tool> = (selector: UncheckedObject, path: string) => readonly Tool[]

/**
 * Reads the request's `tool_choice`.
 *
 * @throws HarmonyError `invalid-request`, also for a tool that is not among the request's
 */
export function readToolChoice<Tool>(
  choice: unknown,
  tools: readonly Tool[],
  find: FindTools<Tool>,
): ToolChoice<Tool> {
  if (choice == null || choice === 'auto') return { tools, forced: [] }
  if (choice === 'none') return { tools: [], forced: [] }
  if (choice === 'required') return { tools, forced: checkedNotEmpty(tools, 'tools') }
  if (typeof choice !== 'object')
    throw invalidRequest('tool_choice', choice, '"auto", "none", "required" or an object')
  const selector = checkedObject(choice, 'tool_choice')
  if (selector['type'] !== 'allowed_tools') return { tools, forced: find(selector, 'tool_choice') }

  // Nested in Chat Completions, flat in Responses.
  const isNested = selector['allowed_tools'] !== undefined || selector['tools'] === undefined
  const path = isNested ? 'tool_choice.allowed_tools' : 'tool_choice'
  const { mode, tools: list } = isNested ? checkedObject(selector['allowed_tools'], path) : selector
  if (mode !== 'auto' && mode !== 'required')
    throw invalidRequest(`${path}.mode`, mode, '"auto" or "required"')
  const listed = checkedList(list, `${path}.tools`).flatMap((tool, index) => {
    const toolPath = `${path}.tools[${index}]`
    return find(checkedObject(tool, toolPath), toolPath)
  })
  const allowed = tools.filter((tool) => listed.includes(tool))
  return { tools: allowed, forced: mode === 'required' ? checkedNotEmpty(allowed, `${path}.tools`) : [] }
}

/** Finds functions and custom tools by name, in the form of either API. */
export function findByName<Tool extends RequestTool>(tools: readonly Tool[]): FindTools<Tool> {
  return (selector, path) => {
    const type = toolTypeOf(selector, path)
    const [definition, definitionPath] = definitionOf(selector, type, path)
    const { name } = definition
    const found = tools.filter((tool) => tool.type === type && tool.name === name)
    if (found.length > 0) return found
    const meant =
      typeof name === 'string'
        ? closestName(
            name,
            tools.map((tool) => tool.name),
          )
        : undefined
    const hint = meant === undefined ? '' : `: did you mean ${meant}?`
    throw invalidRequest(`${definitionPath}.name`, name, `the name of one of the tools${hint}`)
  }
}

function checkedNotEmpty<Tool>(tools: readonly Tool[], path: string): readonly Tool[] {
  if (tools.length === 0) throw invalidRequest(path, tools, 'at least one, as tool_choice requires a call')
  return tools
}
