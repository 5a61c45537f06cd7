import { HarmonyError } from '../../errors.js'
import { connectMcpServer, type McpNamespace } from '../../tools/index.js'
import { BadInput } from '../failure.js'
import type { ServeConfig } from './config.js'

/**
 * Connects to the MCP servers of a configuration file: to all, or, on an error, to none.
 *
 * @param approval the tools that need an approval, in place of what the file says
 * @throws BadInput that names the server
 */
export async function connectMcpServers(
  { mcp_servers: servers = [] }: ServeConfig,
  approval: { readonly requireApproval?: true } = {},
): Promise<McpNamespace[]> {
  const outcomes = await Promise.allSettled(
    servers.map(({ allowed_tools: allowedTools, require_approval: requireApproval, ...server }) =>
      connectMcpServer({ ...server, allowedTools, requireApproval, ...approval }),
    ),
  )
  const connected = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
  const errors = outcomes.map((outcome) =>
    outcome.status === 'rejected' ? (outcome.reason as Error) : undefined,
  )
  const failedIndex = errors.findIndex((error) => error !== undefined)
  if (failedIndex === -1) return connected
  await closeMcpServers(connected)
  const cause = errors[failedIndex]!
  if (cause instanceof HarmonyError) throw cause
  throw new BadInput(`MCP server ${servers[failedIndex].name}: ${cause.message}`, { cause })
}

/** Ends the connections, and the programs that were started. */
export async function closeMcpServers(servers: readonly McpNamespace[]): Promise<void> {
  await Promise.all(servers.map((server) => server.close().catch(() => {})))
}
