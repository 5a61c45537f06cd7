import type { ToolNamespaceConfig } from '../message/index.js'
import type { ExecuteTool, ToolNamespace } from './tool.js'

/**
 * Returns a built-in tool with what runs it: a callback for messages to the namespace itself, or one for each of its
 * functions. It is described in the system message. A function without a callback is the caller's to run.
 *
 * @throws TypeError for a callback of a function that the tool does not have
 *
 * @example
 * ```ts
 * import { browserTool, pythonTool } from 'gpt-oss-harmony'
 * import { builtinTool, createToolSet } from 'gpt-oss-harmony/tools'
 *
 * const tools = createToolSet([
 *   builtinTool(pythonTool(), (code: string) => `ran ${code.length} characters`),
 *   builtinTool(browserTool(), { search: ({ query }: { query: string }) => `nothing on ${query}` }),
 * ])
 * const call = { recipient: 'python', name: 'python', arguments: 'print(1)', channel: 'analysis' }
 * const { text } = await tools.run(call)
 * console.log(text) // 'ran 8 characters'
 * ```
 */
export function builtinTool(
  { name, description, tools }: ToolNamespaceConfig,
  run: ExecuteTool | Readonly<Record<string, ExecuteTool>>,
): ToolNamespace {
  const functions = typeof run === 'function' ? {} : run
  const unknown = Object.keys(functions).find((key) => !tools.some((tool) => tool.name === key))
  if (unknown !== undefined) throw new TypeError(`builtinTool: ${name} has no function ${unknown}`)
  return {
    name,
    description,
    describedIn: 'system',
    tools: tools.map((tool) => ({
      name: tool.name,
      description: tool.description,
      parameters: tool.parameters as object | null | undefined,
      execute: functions[tool.name],
    })),
    ...(typeof run === 'function' && { execute: run }),
  }
}
