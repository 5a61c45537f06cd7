import { childPath, readSchema } from '../json/index.js'
import type { ToolDescription, ToolNamespaceConfig, ToolNamespaces } from '../message/index.js'
import { jsonSchemaToTypeScript } from './json-schema-to-typescript.js'
import { compareUtf8, rustLines } from './rust-text.js'

/**
 * Returns the section `# Tools` of a system or developer message, or `undefined` if there
 * is no namespace.
 *
 * @param path the namespaces' JSON path, for the error
 * @throws HarmonyError `invalid-conversation` for a schema that is not JSON
 */
export function toolsText(namespaces: ToolNamespaces, path: string): string | undefined {
  const keys = Object.keys(namespaces).sort(compareUtf8)
  if (keys.length === 0) return undefined
  return ['# Tools', ...keys.map((key) => namespaceText(namespaces[key], childPath(path, key)))].join('\n\n')
}

function namespaceText({ name, description, tools }: ToolNamespaceConfig, path: string): string {
  let text = `## ${name}\n`
  for (const line of rustLines(description ?? '')) text += tools.length === 0 ? `\n${line}` : `\n// ${line}`
  if (tools.length === 0) return text

  text += `\nnamespace ${name} {\n`
  for (let i = 0; i < tools.length; i++) text += toolText(tools[i], `${path}.tools[${i}]`)
  return `${text}\n} // namespace ${name}`
}

function toolText({ name, description, parameters }: ToolDescription, path: string): string {
  let text = ''
  for (const line of rustLines(description)) text += `\n// ${line}`
  const schema = readSchema(parameters, `${path}.parameters`) ?? null
  const input = schema === null ? '' : `_: ${jsonSchemaToTypeScript(schema, '')}`
  return `${text}\ntype ${name} = (${input}) => any;\n`
}
