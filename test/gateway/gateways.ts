import { pythonTool } from '../../src/index.js'
import { replayEngine, type ReplayCompletion } from '../../src/engines/index.js'
import {
  createGateway,
  type Gateway,
  type GatewayOptions,
  type HostedTools,
} from '../../src/gateway/index.js'
import { builtinTool, connectMcpServer, createBrowser, type McpClient } from '../../src/tools/index.js'

/** A gateway over completions that are replayed. */
export function gatewayOver(
  completions: readonly (string | ReplayCompletion)[],
  options: Partial<GatewayOptions> = {},
): Gateway {
  const list = completions.map((completion) =>
    typeof completion === 'string' ? { text: completion } : completion,
  )
  return createGateway({ engine: replayEngine(list), ...options })
}

/** `fetch` for a client that is to talk to a gateway. */
export function fetchOf(gateway: Gateway): typeof fetch {
  return (input, init) => gateway(new Request(input, init))
}

const mcpClient: McpClient = {
  listTools: () =>
    Promise.resolve({
      tools: [
        {
          name: 'list',
          description: 'Lists tickets.',
          inputSchema: { type: 'object', properties: { state: { type: 'string' } } },
        },
      ],
    }),
  callTool: ({ arguments: input }) =>
    Promise.resolve({
      content: [{ type: 'text' as const, text: `3 tickets are ${String(input['state'])}` }],
    }),
  getInstructions: () => 'Tickets.',
  close: () => Promise.resolve(),
}

/** A browser over one page, Python that prints 4, and an MCP server of tickets. */
export async function hostedTools(): Promise<HostedTools> {
  return {
    browser: () =>
      createBrowser({
        search: () => [{ url: 'https://rome.test/', title: 'Rome', text: 'The city.' }],
        fetch: (url) => ({ url, title: 'Rome', text: 'Rome has 21 degrees.' }),
      }),
    python: builtinTool(pythonTool(), () => '4'),
    mcpServers: [await connectMcpServer({ name: 'tickets', client: mcpClient })],
  }
}
