import { missingPackage } from '../errors.js'
import { readSchema } from '../json/index.js'
import { prepareSchema } from '../openai/index.js'
import { type McpToolResult, textOfMcpResult } from './mcp-result.js'
import { type FunctionTool, type ToolContext, type ToolNamespace, ToolOutput } from './tool.js'

/** An MCP server, and which of its tools the model may call. */
export type McpServerOptions = McpServerLocation & {
  /** Names the tools' namespace. */
  readonly name: string
  /** Describes the namespace. Default: the server's own instructions. */
  readonly description?: string | undefined
  /** The tools that the model may call. Default: all. */
  readonly allowedTools?: readonly string[] | ((tool: McpTool) => boolean) | undefined
  /** The tools that need an approval. Default: none. */
  readonly requireApproval?: boolean | readonly string[] | ((tool: McpTool) => boolean) | undefined
}

/** How to reach an MCP server. */
export type McpServerLocation =
  /** A program that is started, and speaks over its standard streams. Node only. */
  | {
      readonly command: string
      readonly args?: readonly string[] | undefined
      readonly env?: Readonly<Record<string, string>> | undefined
      readonly cwd?: string | undefined
    }
  /** A URL that speaks streamable HTTP, or the older SSE. */
  | {
      readonly url: string | URL
      readonly transport?: 'streamable-http' | 'sse' | undefined
      readonly headers?: Readonly<Record<string, string>> | undefined
    }
  /** A client that is connected already. */
  | { readonly client: McpClient }

/** What a connected client has to have: `Client` of `@modelcontextprotocol/client` has it. */
export interface McpClient {
  listTools(): Promise<{ readonly tools: readonly McpTool[] }>
  callTool(
    params: { readonly name: string; readonly arguments: Record<string, unknown> },
    options: { readonly signal: AbortSignal },
  ): Promise<McpToolResult>
  getInstructions(): string | undefined
  close(): Promise<void>
}

/** A tool as an MCP server describes it. */
export interface McpTool {
  readonly name: string
  readonly description?: string | undefined
  readonly inputSchema: object
  readonly annotations?: { readonly readOnlyHint?: boolean | undefined } | undefined
}

/** The tools of an MCP server as a namespace, with what is needed to list and close them. */
export interface McpNamespace extends ToolNamespace {
  /** The tools that the model may call, as the server describes them. */
  readonly mcpTools: readonly McpTool[]
  /** Ends the connection, and the program that was started. */
  close(): Promise<void>
}

/**
 * Connects to an MCP server, lists its tools, and returns them as a namespace for `createToolSet`. Schemas are rewritten in
 * the keywords that the prompt can say (`prepareSchema`).
 *
 * @throws HarmonyError `missing-package` without `@modelcontextprotocol/client`
 * @throws what the client throws: the server cannot be reached, or refuses
 *
 * @example
 * ```ts
 * import { connectMcpServer, createToolSet } from 'gpt-oss-harmony/tools'
 *
 * async function filesOf(folder: string) {
 *   const files = await connectMcpServer({
 *     name: 'files',
 *     command: 'npx',
 *     args: ['@modelcontextprotocol/server-filesystem', folder],
 *     allowedTools: (tool) => tool.annotations?.readOnlyHint === true,
 *   })
 *   return createToolSet([files])
 * }
 * ```
 */
export async function connectMcpServer(options: McpServerOptions): Promise<McpNamespace> {
  const { name, allowedTools, requireApproval = false } = options
  const client = 'client' in options ? options.client : await connect(options)
  try {
    const { tools } = await client.listTools()
    const mcpTools = tools.filter((tool) => selects(allowedTools ?? true, tool))
    const description = options.description ?? client.getInstructions()
    return {
      name,
      ...(description !== undefined && { description }),
      tools: mcpTools.map((tool) => functionOf(client, tool, selects(requireApproval, tool))),
      mcpTools,
      close: () => client.close(),
    }
  } catch (error) {
    await client.close()
    throw error
  }
}

function selects(
  selection: boolean | readonly string[] | ((tool: McpTool) => boolean),
  tool: McpTool,
): boolean {
  if (typeof selection === 'function') return selection(tool)
  return typeof selection === 'boolean' ? selection : selection.includes(tool.name)
}

function functionOf(client: McpClient, tool: McpTool, needsApproval: boolean): FunctionTool {
  const { name, description, inputSchema } = tool
  return {
    name,
    description,
    parameters: prepareSchema(readSchema(inputSchema, `tools: inputSchema of ${name}`) ?? {}) as object,
    needsApproval,
    async execute(input: Record<string, unknown>, { signal }: ToolContext) {
      const result = await client.callTool({ name, arguments: input }, { signal })
      return new ToolOutput(textOfMcpResult(result), { isError: result.isError === true, value: result })
    },
  }
}

async function connect(
  location: Exclude<McpServerLocation, { readonly client: McpClient }>,
): Promise<McpClient> {
  const { Client, SSEClientTransport, StreamableHTTPClientTransport } = await loadClient()
  const client = new Client({ name: 'gpt-oss-harmony', version: '1' })
  if ('command' in location) {
    const { command, args = [], env, cwd } = location
    const { getDefaultEnvironment, StdioClientTransport } = await loadStdio()
    await client.connect(
      new StdioClientTransport({
        command,
        args: [...args],
        ...(env && { env: { ...getDefaultEnvironment(), ...env } }),
        ...(cwd !== undefined && { cwd }),
      }),
    )
  } else {
    const { url, transport = 'streamable-http', headers = {} } = location
    const Transport = transport === 'sse' ? SSEClientTransport : StreamableHTTPClientTransport
    await client.connect(new Transport(new URL(url), { requestInit: { headers } }))
  }
  return client
}

async function loadClient() {
  try {
    return await import('@modelcontextprotocol/client')
  } catch (cause) {
    throw missingPackage('@modelcontextprotocol/client', cause)
  }
}

/** By itself, because it needs Node. */
async function loadStdio() {
  try {
    return await import('@modelcontextprotocol/client/stdio')
  } catch (cause) {
    throw missingPackage('@modelcontextprotocol/client', cause)
  }
}
