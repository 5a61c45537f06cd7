import type { ToolDescription, ToolNamespaceConfig } from '../message/index.js'
import {
  checkedList,
  checkedName,
  checkedObject,
  checkedSchema,
  checkFields,
  checkUniqueNames,
  type FindTools,
  findByName,
  invalidRequest,
  prepareSchema,
  readTool,
  type RequestTool,
  type UncheckedObject,
  unsupportedContent,
} from '../openai/index.js'
import { type McpServer, type McpServerTools, readMcpServer } from './mcp-servers.js'
import type { McpTool } from './types.js'

/** A tool that the request offers. */
export type OfferedTool =
  | { readonly type: 'own'; readonly tool: RequestTool; readonly namespace?: string }
  | { readonly type: 'mcp'; readonly server: McpServer; readonly tool: McpTool }
  | { readonly type: 'hosted'; readonly namespace: ToolNamespaceConfig }

export interface OfferedTools {
  readonly tools: readonly OfferedTool[]
  readonly mcpServers: readonly McpServer[]
  /** The descriptions of the request's namespace tools. */
  readonly namespaces: Readonly<Record<string, string>>
}

/**
 * Reads the request's `tools`.
 *
 * @param hosted the namespaces of the tools that the server runs: `browser` for web search, `python` for code
 * @throws HarmonyError `invalid-request`, `unknown-field`, `unsupported-content`
 */
export function readOfferedTools(
  list: unknown,
  hosted: readonly ToolNamespaceConfig[],
  listed: ReadonlyMap<string, McpServerTools>,
): OfferedTools {
  const tools: OfferedTool[] = []
  const functionPaths = new DistinctNames()
  const namespacePaths = new DistinctNames()
  namespacePaths.add('functions', 'the namespace of functions')
  for (const { name } of hosted) namespacePaths.add(name, `the built-in tool ${name}`)
  const mcpServers: McpServer[] = []
  const namespaces: [name: string, description: string][] = []
  for (const [index, value] of (list == null ? [] : checkedList(list, 'tools')).entries()) {
    const path = `tools[${index}]`
    const tool = checkedObject(value, path)
    const hostedName = hostedNamespaceOf(tool['type'])
    if (hostedName !== undefined) {
      checkFields(tool, path, HOSTED_FIELDS)
      tools.push({ type: 'hosted', namespace: hostedNamespace(hosted, hostedName, tool['type'], path) })
    } else if (tool['type'] === 'mcp') {
      const server = readMcpServer(tool, path, listed)
      namespacePaths.add(server.label, `${path}.server_label`)
      mcpServers.push(server)
      for (const mcpTool of server.tools) tools.push({ type: 'mcp', server, tool: mcpTool })
    } else if (tool['type'] === 'namespace') {
      checkFields(tool, path, { understood: ['type', 'name', 'description', 'tools'] })
      const name = checkedName(tool['name'], `${path}.name`)
      namespacePaths.add(name, `${path}.name`)
      if (tool['description'] != null && typeof tool['description'] !== 'string')
        throw invalidRequest(`${path}.description`, tool['description'], 'a string')
      namespaces.push([name, tool['description'] ?? ''])
      const held = checkedList(tool['tools'], `${path}.tools`).map((inner, i) =>
        readTool(inner, `${path}.tools[${i}]`),
      )
      checkUniqueNames(held, `${path}.tools`)
      for (const inner of held) tools.push({ type: 'own', tool: inner, namespace: name })
    } else {
      checkToolType(tool['type'], path)
      const own = readTool(tool, path)
      functionPaths.add(own.name, path)
      tools.push({ type: 'own', tool: own })
    }
  }
  return { tools, mcpServers, namespaces: Object.fromEntries(namespaces) }
}

/** Names that have to differ, as calls are told apart by them. */
class DistinctNames {
  readonly #paths = new Map<string, string>()

  /** @throws HarmonyError `invalid-request` if the name is taken */
  add(name: string, path: string): void {
    const other = this.#paths.get(name)
    if (other !== undefined) throw invalidRequest(path, name, `a name of its own: ${other} has it too`)
    this.#paths.set(name, path)
  }
}

function checkToolType(type: unknown, path: string): void {
  if (type === 'function' || type === 'custom' || typeof type !== 'string') return
  throw unsupportedContent(
    `${path}.type`,
    type,
    'gpt-oss has no such tool, wanted function, custom, mcp, web_search, code_interpreter or namespace',
  )
}

/** What a hosted tool can be told has no place in its description; who runs it may read it. */
const HOSTED_FIELDS = {
  understood: ['type'],
  ignored: [
    'allowed_callers',
    'container',
    'external_web_access',
    'filters',
    'return_token_budget',
    'search_content_types',
    'search_context_size',
    'user_location',
  ],
}

/** The namespace of a hosted tool, by the types that OpenAI gave it over time. */
function hostedNamespaceOf(type: unknown): 'browser' | 'python' | undefined {
  if (typeof type !== 'string') return undefined
  if (type === 'code_interpreter') return 'python'
  return /^web_search(?:_preview)?(?:_\d{4}_\d{2}_\d{2})?$/.test(type) ? 'browser' : undefined
}

function hostedNamespace(
  hosted: readonly ToolNamespaceConfig[],
  name: string,
  type: unknown,
  path: string,
): ToolNamespaceConfig {
  const found = hosted.find((namespace) => namespace.name === name)
  if (found !== undefined) return found
  throw unsupportedContent(`${path}.type`, type, `no ${name} tool is configured`)
}

/** Finds the tools that an object of `tool_choice` names. */
export function findOffered({ tools, mcpServers }: OfferedTools): FindTools<OfferedTool> {
  return (selector, path) => {
    const { type } = selector
    const namespace = hostedNamespaceOf(type)
    if (namespace !== undefined) {
      const found = tools.filter((tool) => tool.type === 'hosted' && tool.namespace.name === namespace)
      if (found.length === 0) throw invalidRequest(`${path}.type`, type, 'the type of one of the tools')
      return found
    }
    if (type === 'mcp') return findMcp(tools, mcpServers, selector, path)
    checkToolType(type, path)
    const own = tools.filter((tool) => tool.type === 'own')
    const [found] = findByName(own.map(({ tool }) => tool))(selector, path)
    return own.filter(({ tool }) => tool === found)
  }
}

function findMcp(
  tools: readonly OfferedTool[],
  servers: readonly McpServer[],
  selector: UncheckedObject,
  path: string,
): readonly OfferedTool[] {
  const { server_label: label, name } = selector
  if (!servers.some((server) => server.label === label))
    throw invalidRequest(`${path}.server_label`, label, 'the label of one of the MCP servers')
  const found = tools.filter(
    (tool) => tool.type === 'mcp' && tool.server.label === label && (name == null || tool.tool.name === name),
  )
  if (found.length === 0) {
    if (name == null) throw invalidRequest(`${path}.server_label`, label, 'a server with a tool')
    throw invalidRequest(`${path}.name`, name, "the name of one of the server's tools")
  }
  return found
}

/** Returns an MCP tool as Harmony declares it, under its name there. */
export function mcpToolDescription(
  { name, description, input_schema }: McpTool,
  harmonyName: string,
): ToolDescription {
  return {
    name: harmonyName,
    description: description ?? '',
    ...(input_schema != null && {
      parameters: prepareSchema(checkedSchema(input_schema, `mcp tool ${name}: input_schema`)),
    }),
  }
}
