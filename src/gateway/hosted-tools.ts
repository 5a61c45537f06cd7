import type { PageOfCursor } from '../openai/index.js'
import type { CallTargets, McpServerTools } from '../responses/index.js'
import {
  type Browser,
  createToolSet,
  type FunctionTool,
  type McpNamespace,
  type ToolNamespace,
  type ToolSet,
} from '../tools/index.js'

/** The tools that a gateway runs itself. */
export interface HostedTools {
  /** Makes a browser for each answer: `() => createBrowser({ search, fetch })`. */
  readonly browser?: (() => Browser) | undefined
  /** Runs Python code: `builtinTool(pythonTool(), run)`. */
  readonly python?: ToolNamespace | undefined
  /** MCP servers, from `connectMcpServer`. Responses ask for them by `server_label`; Chat gets them all. */
  readonly mcpServers?: readonly McpNamespace[] | undefined
}

/** The tools of one answer. */
export interface AnswerTools {
  /** Runs the hosted calls; `undefined` if there are none to run. */
  readonly toolSet: ToolSet | undefined
  readonly pageOf: PageOfCursor | undefined
}

/** Returns the hosted tools for a Chat answer: all of them, without those whose calls need an approval. */
export function chatTools(hosted: HostedTools): AnswerTools & { readonly toolSet: ToolSet | undefined } {
  const { browser, python, mcpServers = [] } = hosted
  const page = browser?.()
  const namespaces: ToolNamespace[] = mcpServers.map((server) => ({
    ...server,
    // Chat has no way to ask for an approval.
    tools: server.tools.filter((tool) => tool.needsApproval !== true),
  }))
  if (page !== undefined) namespaces.push(page)
  if (python !== undefined) namespaces.push(python)
  return { toolSet: namespaces.length === 0 ? undefined : createToolSet(namespaces), pageOf: pageOf(page) }
}

/** Returns what `fromResponsesRequest` knows of the MCP servers. */
export function listedMcpServers({ mcpServers = [] }: HostedTools): Record<string, McpServerTools> {
  return Object.fromEntries(
    mcpServers.map(({ name, description, mcpTools }) => [
      name,
      {
        ...(description != null && { description }),
        tools: mcpTools.map((tool) => ({
          name: tool.name,
          description: tool.description ?? null,
          input_schema: tool.inputSchema,
          ...(tool.annotations !== undefined && { annotations: { ...tool.annotations } }),
        })),
      },
    ]),
  )
}

/** Returns the hosted tools that a Responses request asks for. */
export function responsesTools(hosted: HostedTools, { tools }: CallTargets): AnswerTools {
  const { browser, python, mcpServers = [] } = hosted
  const targets = Object.values(tools)
  const namespaces: ToolNamespace[] = []
  let page: Browser | undefined
  if (browser !== undefined && targets.some(({ type }) => type === 'web-search')) {
    page = browser()
    namespaces.push(page)
  }
  if (python !== undefined && targets.some(({ type }) => type === 'code-interpreter')) namespaces.push(python)
  for (const server of mcpServers) {
    const needsApproval = new Map(
      targets.flatMap((target) =>
        target.type === 'mcp' && target.serverLabel === server.name
          ? [[target.name, target.needsApproval] as const]
          : [],
      ),
    )
    const offered = server.tools.flatMap((tool): FunctionTool[] => {
      const approval = needsApproval.get(tool.name)
      return approval === undefined ? [] : [{ ...tool, needsApproval: approval }]
    })
    if (offered.length > 0) namespaces.push({ ...server, tools: offered })
  }
  return { toolSet: namespaces.length === 0 ? undefined : createToolSet(namespaces), pageOf: pageOf(page) }
}

function pageOf(browser: Browser | undefined): PageOfCursor | undefined {
  return browser && ((cursor) => browser.pageOf(cursor))
}
