export { type Browser, type BrowserOptions, createBrowser } from './browser.js'
export { type FetchedPage, type SearchResult } from './browser-page.js'
export { builtinTool } from './builtin-tool.js'
export { type KnownTool, type ToolLike } from './entries.js'
export {
  connectMcpServer,
  type McpClient,
  type McpNamespace,
  type McpServerLocation,
  type McpServerOptions,
  type McpTool,
} from './mcp.js'
export { type McpContent, type McpToolResult } from './mcp-result.js'
export { type StandardJsonSchema } from './parameters.js'
export {
  type ChatFunctionTool,
  type ExecuteTool,
  type FunctionTool,
  type ParseableTool,
  functionTool,
  type ToolContext,
  type ToolNamespace,
  ToolOutput,
} from './tool.js'
export { createToolSet, ToolSet, type ToolSetOptions } from './tool-set.js'
