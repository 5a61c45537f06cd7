// A server over standard streams, for mcp.test.ts.
import { McpServer } from '@modelcontextprotocol/server'
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio'
import * as z from 'zod'

const server = new McpServer({ name: 'stdio', version: '1' })
server.registerTool('add', { inputSchema: z.object({ a: z.number(), b: z.number() }) }, ({ a, b }) => ({
  content: [{ type: 'text', text: `${a + b} ${process.env['UNIT']}` }],
}))
await server.connect(new StdioServerTransport())
