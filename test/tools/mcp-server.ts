import { McpServer } from '@modelcontextprotocol/server'
import * as z from 'zod'

/** A server with a tool of each kind that matters here. */
export function createServer(): McpServer {
  const server = new McpServer({ name: 'test', version: '1' }, { instructions: 'Knows the weather.' })
  const inputSchema = z.object({ city: z.string().nullable().default(null) })
  const readOnly = { readOnlyHint: true }

  server.registerTool(
    'get-weather',
    { description: 'Gets the weather.', inputSchema, annotations: readOnly },
    ({ city }) => ({
      content: [
        { type: 'text', text: `${city}: 21 °C` },
        { type: 'image', data: '', mimeType: 'image/png' },
        { type: 'resource_link', uri: 'https://weather.test', name: 'source' },
        { type: 'resource', resource: { uri: 'file:///a', text: 'clear sky' } },
      ],
    }),
  )
  server.registerTool('fail', { inputSchema: z.object({}) }, () => ({
    content: [{ type: 'text', text: 'The station is closed.' }],
    isError: true,
  }))
  server.registerTool('hang', { inputSchema: z.object({}) }, () => new Promise(() => {}))
  return server
}
