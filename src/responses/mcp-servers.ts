import {
  checkedList,
  checkedName,
  checkedObject,
  checkFields,
  invalidRequest,
  type UncheckedObject,
} from '../openai/index.js'
import type { McpTool } from './types.js'

/** An MCP server of the request, as whoever connected to it knows it. */
export interface McpServerTools {
  readonly tools: readonly McpTool[]
  /** What the server says about itself; the request's `server_description` has precedence. */
  readonly description?: string | undefined
  /** Why the tools could not be listed; the request then goes on without them. */
  readonly error?: string | undefined
}

/** A tool of type `mcp`: a server, and which of its tools the model may call. */
export interface McpServer extends McpServerTools {
  readonly label: string
  needsApproval(tool: McpTool): boolean
}

/**
 * Reads a tool of type `mcp`.
 *
 * @param listed the tools of the servers by label
 * @throws HarmonyError `invalid-request`, also for a server whose tools are unknown; `unknown-field`
 */
export function readMcpServer(
  tool: UncheckedObject,
  path: string,
  listed: ReadonlyMap<string, McpServerTools>,
): McpServer {
  checkFields(tool, path, {
    understood: ['type', 'server_label', 'server_description', 'allowed_tools', 'require_approval'],
    // For whoever connects to the server.
    ignored: [
      'server_url',
      'headers',
      'authorization',
      'connector_id',
      'tunnel_id',
      'defer_loading',
      'allowed_callers',
    ],
  })
  const label = checkedName(tool['server_label'], `${path}.server_label`)
  const server = listed.get(label)
  if (server === undefined) {
    throw invalidRequest(
      `${path}.server_label`,
      label,
      'a server whose tools are known: from the option mcpServers, or an mcp_list_tools item of the input',
    )
  }
  const isAllowed = readFilter(tool['allowed_tools'], `${path}.allowed_tools`)
  const description = tool['server_description'] ?? server.description
  if (description !== undefined && typeof description !== 'string')
    throw invalidRequest(`${path}.server_description`, description, 'a string')
  return {
    label,
    tools: isAllowed === undefined ? server.tools : server.tools.filter(isAllowed),
    needsApproval: readApproval(tool['require_approval'], `${path}.require_approval`),
    ...(description !== undefined && { description }),
    ...(server.error !== undefined && { error: server.error }),
  }
}

type ToolFilter = (tool: McpTool) => boolean

/** Reads a list of names, or `{tool_names, read_only}`; `undefined` for a filter that lets everything pass. */
function readFilter(filter: unknown, path: string): ToolFilter | undefined {
  if (filter == null) return undefined
  const object = Array.isArray(filter) ? { tool_names: filter as unknown[] } : checkedObject(filter, path)
  checkFields(object, path, { understood: ['tool_names', 'read_only'] })
  const { tool_names: list, read_only: readOnly } = object
  if (readOnly != null && typeof readOnly !== 'boolean')
    throw invalidRequest(`${path}.read_only`, readOnly, 'true or false')
  const namesPath = Array.isArray(filter) ? path : `${path}.tool_names`
  const names =
    list == null
      ? undefined
      : new Set(checkedList(list, namesPath).map((name, i) => checkedName(name, `${namesPath}[${i}]`)))
  return (tool) =>
    (names === undefined || names.has('*') || names.has(tool.name)) &&
    (readOnly == null || (tool.annotations?.readOnlyHint ?? false) === readOnly)
}

/**
 * Reads `require_approval`. Approval is the default. An object with `never` alone excepts tools from it; one with
 * `always` alone asks for it for those tools only.
 */
function readApproval(policy: unknown, path: string): ToolFilter {
  if (policy == null || policy === 'always') return () => true
  if (policy === 'never') return () => false
  if (typeof policy !== 'object') throw invalidRequest(path, policy, '"always", "never" or an object')
  const object = checkedObject(policy, path)
  checkFields(object, path, { understood: ['always', 'never'] })
  const always = readFilter(object['always'], `${path}.always`)
  const never = readFilter(object['never'], `${path}.never`)
  return (tool) => {
    if (always?.(tool)) return true
    if (never !== undefined) return !never(tool)
    return always === undefined
  }
}

/** Reads a list of tools as an `mcp_list_tools` item has it. */
export function readMcpTools(list: unknown, path: string): McpTool[] {
  return checkedList(list, path).map((value, index) => {
    const toolPath = `${path}[${index}]`
    const { name, description, input_schema, annotations } = checkedObject(value, toolPath)
    if (description != null && typeof description !== 'string')
      throw invalidRequest(`${toolPath}.description`, description, 'a string or null')
    return {
      name: checkedName(name, `${toolPath}.name`),
      description,
      input_schema,
      ...(annotations != null && {
        annotations: checkedObject(annotations, `${toolPath}.annotations`),
      }),
    }
  })
}
