import { HarmonyError, quote } from '../errors.js'
import { writtenText } from '../json/index.js'
import {
  checkedList,
  checkedName,
  checkedObject,
  checkFields,
  type FieldLists,
  invalidRequest,
  readText,
  type UncheckedObject,
  unsupportedContent,
} from '../openai/index.js'
import { readMcpTools } from './mcp-servers.js'
import type { McpTool } from './types.js'

/** What every item may have: its path, for errors, and the tokens that were sampled for it. */
interface Placed {
  readonly path: string
  readonly sealed: string | undefined
}

/** An item of the input, its shape checked. */
export type InputItem = Placed &
  (
    | {
        readonly type: 'message'
        readonly role: 'developer' | 'user' | 'assistant'
        readonly text: string
        /** Whether an assistant's text came before calls or is an answer. */
        readonly phase: 'commentary' | 'final_answer'
      }
    | { readonly type: 'reasoning'; readonly text: string }
    | {
        readonly type: 'function_call' | 'custom_tool_call'
        readonly callId: string
        readonly name: string
        readonly namespace: string | undefined
        /** The arguments as JSON text, or the custom tool's input. */
        readonly content: string
      }
    | { readonly type: 'call_output'; readonly callId: string; readonly output: string }
    | {
        readonly type: 'web_search_call'
        readonly method: 'search' | 'open' | 'find'
        readonly content: string
      }
    | { readonly type: 'code_interpreter_call'; readonly code: string; readonly output: string | undefined }
    | { readonly type: 'mcp_list_tools'; readonly label: string; readonly tools: readonly McpTool[] }
    | (McpCallFields & {
        readonly type: 'mcp_call'
        readonly output: string
        readonly approvalRequestId: string | undefined
      })
    | (McpCallFields & { readonly type: 'mcp_approval_request'; readonly id: string })
    | {
        readonly type: 'mcp_approval_response'
        readonly requestId: string
        readonly approve: boolean
        readonly reason: string | undefined
      }
  )

interface McpCallFields {
  readonly label: string
  readonly name: string
  readonly content: string
}

/**
 * Reads the request's `input`: text, or a list of items.
 *
 * @param referencedItem returns the item that an `item_reference` names
 * @throws HarmonyError `invalid-request`, `unknown-field`; `unsupported-content` for items and contents that gpt-oss
 *   cannot take; each with the path
 */
export function readInput(
  input: unknown,
  path: string,
  referencedItem: ((id: string) => unknown) | undefined,
): readonly InputItem[] {
  if (typeof input === 'string')
    return [{ type: 'message', role: 'user', text: input, phase: 'final_answer', path, sealed: undefined }]
  if (!Array.isArray(input)) throw invalidRequest(path, input, 'text or a list of items')
  return input.flatMap((value: unknown, index): InputItem[] => {
    const itemPath = `${path}[${index}]`
    const item = checkedObject(value, itemPath)
    const type = item['type'] ?? (item['role'] === undefined ? undefined : 'message')
    if (type !== 'item_reference') return [readItem(item, type, itemPath)]
    const id = checkedName(item['id'], `${itemPath}.id`)
    const found = checkedObject(referenced(id, `${itemPath}.id`, referencedItem), itemPath)
    return [readItem(found, found['type'] ?? 'message', itemPath)]
  })
}

function referenced(id: string, path: string, lookUp: ((id: string) => unknown) | undefined): unknown {
  if (lookUp === undefined) throw invalidRequest(path, id, 'the item itself, as this server keeps none')
  const found = lookUp(id)
  if (found === undefined) throw unknownReference(id, path, 'the id of an item that this server has kept')
  return found
}

/** The error for an id that names nothing: a 404, where `invalid-request` is a 400. */
export function unknownReference(id: string, path: string, wanted: string): HarmonyError {
  const evidence = quote(id)
  return new HarmonyError('unknown-reference', `request: ${path} is ${evidence}, wanted ${wanted}`, {
    path,
    evidence,
  })
}

function readItem(item: UncheckedObject, type: unknown, path: string): InputItem {
  if (typeof type !== 'string') throw invalidRequest(`${path}.type`, type, "an item's type")
  const read = Object.hasOwn(READERS, type) ? READERS[type] : undefined
  if (read === undefined) throw unsupportedContent(`${path}.type`, type, 'gpt-oss has no item of this type')
  const { fields, reader } = read
  checkFields(item, path, { understood: [...fields, 'type', 'encrypted_content'], ignored: IGNORED_FIELDS })
  const sealed = item['encrypted_content']
  if (sealed != null && typeof sealed !== 'string')
    throw invalidRequest(`${path}.encrypted_content`, sealed, 'a string or null')
  // Some clients write an empty text for none.
  return { ...reader(item, path), path, sealed: sealed || undefined }
}

/** What items carry for others: OpenAI's own bookkeeping, and what its SDKs add to an item that they have read. */
const IGNORED_FIELDS = [
  'id',
  'status',
  'agent',
  'async',
  'caller',
  'created_by',
  'parsed',
  'parsed_arguments',
  'providerData',
  'provider_data',
]

type ItemBody = InputItem extends infer Item
  ? Item extends Placed
    ? Omit<Item, keyof Placed>
    : never
  : never

interface ItemReader {
  readonly fields: FieldLists['understood']
  readonly reader: (item: UncheckedObject, path: string) => ItemBody
}

const READERS: Readonly<Record<string, ItemReader>> = {
  message: { fields: ['role', 'content', 'phase', 'name'], reader: readMessage },
  reasoning: {
    fields: ['content', 'summary'],
    reader: (item, path) => ({ type: 'reasoning', text: reasoningText(item, path) }),
  },
  function_call: {
    fields: ['call_id', 'name', 'namespace', 'arguments'],
    reader: (item, path) => ({
      type: 'function_call',
      ...calledTool(item, path),
      content: argumentsOf(item, path),
    }),
  },
  custom_tool_call: {
    fields: ['call_id', 'name', 'namespace', 'input'],
    reader: (item, path) => ({
      type: 'custom_tool_call',
      ...calledTool(item, path),
      content: checkedText(item['input'], `${path}.input`),
    }),
  },
  function_call_output: { fields: ['call_id', 'output', 'name'], reader: readCallOutput },
  custom_tool_call_output: { fields: ['call_id', 'output', 'name'], reader: readCallOutput },
  web_search_call: { fields: ['action'], reader: readWebSearch },
  code_interpreter_call: {
    fields: ['code', 'container_id', 'outputs'],
    reader: (item, path) => ({
      type: 'code_interpreter_call',
      code: item['code'] == null ? '' : checkedText(item['code'], `${path}.code`),
      output: logsOf(item['outputs'], `${path}.outputs`),
    }),
  },
  mcp_list_tools: {
    fields: ['server_label', 'tools', 'error'],
    reader: (item, path) => ({
      type: 'mcp_list_tools',
      label: checkedName(item['server_label'], `${path}.server_label`),
      tools: readMcpTools(item['tools'], `${path}.tools`),
    }),
  },
  mcp_call: {
    fields: ['server_label', 'name', 'arguments', 'output', 'error', 'approval_request_id'],
    reader: (item, path) => ({
      type: 'mcp_call',
      ...mcpCallFields(item, path),
      output: mcpOutput(item, path),
      approvalRequestId:
        item['approval_request_id'] == null
          ? undefined
          : checkedName(item['approval_request_id'], `${path}.approval_request_id`),
    }),
  },
  mcp_approval_request: {
    fields: ['server_label', 'name', 'arguments'],
    reader: (item, path) => ({
      type: 'mcp_approval_request',
      ...mcpCallFields(item, path),
      id: checkedName(item['id'], `${path}.id`),
    }),
  },
  mcp_approval_response: {
    fields: ['approval_request_id', 'approve', 'reason'],
    reader: readApproval,
  },
}

function readMessage({ role, content, phase }: UncheckedObject, path: string): ItemBody {
  if (role !== 'system' && role !== 'developer' && role !== 'user' && role !== 'assistant') {
    throw invalidRequest(
      `${path}.role`,
      role,
      '"system", "developer", "user" or "assistant"; a tool\'s result is a function_call_output item',
    )
  }
  if (phase != null && phase !== 'commentary' && phase !== 'final_answer')
    throw invalidRequest(`${path}.phase`, phase, '"commentary" or "final_answer"')
  return {
    type: 'message',
    role: role === 'system' ? 'developer' : role,
    text: readText(content, `${path}.content`),
    phase: phase ?? 'final_answer',
  }
}

/** The reasoning itself, or else its summary. */
function reasoningText(item: UncheckedObject, path: string): string {
  const parts = ['content', 'summary'].map((key) =>
    item[key] == null ? [] : partTexts(item[key], `${path}.${key}`),
  )
  return (parts[0].length > 0 ? parts[0] : parts[1]).join('\n')
}

function partTexts(list: unknown, path: string): string[] {
  if (typeof list === 'string') return list === '' ? [] : [list]
  return checkedList(list, path).map((value, index) => {
    const part = checkedObject(value, `${path}[${index}]`)
    return checkedText(part['text'], `${path}[${index}].text`)
  })
}

function calledTool(
  item: UncheckedObject,
  path: string,
): { callId: string; name: string; namespace: string | undefined } {
  const { namespace } = item
  return {
    callId: checkedName(item['call_id'], `${path}.call_id`),
    name: checkedName(item['name'], `${path}.name`),
    namespace: namespace == null ? undefined : checkedName(namespace, `${path}.namespace`),
  }
}

/** JSON text; some clients send the object, or nothing. */
function argumentsOf(item: UncheckedObject, path: string): string {
  const value = item['arguments']
  if (value == null) return ''
  if (typeof value === 'string') return value
  return writtenText(checkedObject(value, `${path}.arguments`))
}

function readCallOutput(item: UncheckedObject, path: string): ItemBody {
  return {
    type: 'call_output',
    callId: checkedName(item['call_id'], `${path}.call_id`),
    output: item['output'] == null ? '' : readText(item['output'], `${path}.output`),
  }
}

function readWebSearch(item: UncheckedObject, path: string): ItemBody {
  const actionPath = `${path}.action`
  const action = checkedObject(item['action'], actionPath)
  const call = (method: 'search' | 'open' | 'find', args: Record<string, unknown>): ItemBody => ({
    type: 'web_search_call',
    method,
    content: JSON.stringify(args),
  })
  switch (action['type']) {
    case 'search': {
      const [first] = action['queries'] == null ? [] : checkedList(action['queries'], `${actionPath}.queries`)
      return call('search', { query: checkedText(action['query'] ?? first, `${actionPath}.query`) })
    }
    case 'open_page':
      return call(
        'open',
        action['url'] == null ? {} : { id: checkedText(action['url'], `${actionPath}.url`) },
      )
    case 'find':
    case 'find_in_page':
      return call('find', { pattern: checkedText(action['pattern'], `${actionPath}.pattern`) })
    default:
      throw invalidRequest(`${actionPath}.type`, action['type'], '"search", "open_page" or "find_in_page"')
  }
}

function logsOf(outputs: unknown, path: string): string | undefined {
  if (outputs == null) return undefined
  const logs = checkedList(outputs, path).map((value, index) => {
    const outputPath = `${path}[${index}]`
    const output = checkedObject(value, outputPath)
    if (output['type'] !== 'logs')
      throw unsupportedContent(`${outputPath}.type`, output['type'], 'gpt-oss takes text alone')
    return checkedText(output['logs'], `${outputPath}.logs`)
  })
  return logs.join('\n')
}

function mcpCallFields(item: UncheckedObject, path: string): McpCallFields {
  return {
    label: checkedName(item['server_label'], `${path}.server_label`),
    name: checkedName(item['name'], `${path}.name`),
    content: argumentsOf(item, path),
  }
}

/** What the model was told of the call: its output, or its error. */
function mcpOutput({ output, error }: UncheckedObject, path: string): string {
  if (output != null) return checkedText(output, `${path}.output`)
  if (error == null) return ''
  if (typeof error === 'string') return error
  const { content, message } = checkedObject(error, `${path}.error`)
  if (typeof message === 'string') return message
  return Array.isArray(content) ? readText(content, `${path}.error.content`) : JSON.stringify(error)
}

function readApproval(item: UncheckedObject, path: string): ItemBody {
  const { approve, reason } = item
  if (typeof approve !== 'boolean') throw invalidRequest(`${path}.approve`, approve, 'true or false')
  return {
    type: 'mcp_approval_response',
    requestId: checkedName(item['approval_request_id'], `${path}.approval_request_id`),
    approve,
    reason: reason == null ? undefined : checkedText(reason, `${path}.reason`),
  }
}

function checkedText(value: unknown, path: string): string {
  if (typeof value !== 'string') throw invalidRequest(path, value, 'a string')
  return value
}
