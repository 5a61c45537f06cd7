import type { PageOfCursor } from '../openai/index.js'
import { createArgumentsStream } from './call-items.js'
import { type HeldCall, type ItemContext, type OpenItem, sealedContent } from './open-item.js'
import type { McpCallItem, WebSearchAction } from './types.js'

/** Opens the item of a call to the browser. The item appears when the call is whole, as it has to say what is searched. */
export function openWebSearch(
  { log, createId }: ItemContext,
  method: 'search' | 'open' | 'find',
  pageOf: PageOfCursor | undefined,
): OpenItem {
  return {
    delta() {},
    end({ content, incomplete, seal }) {
      const id = createId('ws_')
      const action = webSearchAction(method, content, pageOf)
      const item = { type: 'web_search_call', id, action } as const
      const outputIndex = log.add({ ...item, status: 'in_progress' })
      log.progress('response.web_search_call.in_progress', outputIndex)
      if (incomplete) {
        log.finish(outputIndex, { ...item, ...sealedContent(seal()), status: 'incomplete' })
        return undefined
      }
      log.progress('response.web_search_call.searching', outputIndex)
      return {
        id,
        finish({ error, action: done = action, message } = {}) {
          log.progress('response.web_search_call.completed', outputIndex)
          log.finish(outputIndex, {
            ...item,
            action: done,
            ...sealedContent(seal(message)),
            status: error === undefined ? 'completed' : 'failed',
          })
        },
      }
    },
  }
}

/** Reads a browser call's arguments. Those that are broken are shown as they are. */
function webSearchAction(
  method: 'search' | 'open' | 'find',
  content: string,
  pageOf: PageOfCursor | undefined,
): WebSearchAction {
  const { query, id, cursor, pattern } = argumentsOf(content) ?? {
    query: content,
    id: content,
    pattern: content,
  }
  const pageUrl = typeof cursor === 'number' ? pageOf?.(cursor)?.url : undefined
  switch (method) {
    case 'search': {
      const text = typeof query === 'string' ? query : content
      return { type: 'search', query: text, queries: [text] }
    }
    case 'open':
      // A number is a link on the page of the cursor; without an id, the page itself is opened again.
      return {
        type: 'open_page',
        url: typeof id === 'string' ? id : id === undefined ? (pageUrl ?? null) : null,
      }
    case 'find':
      return {
        type: 'find_in_page',
        url: pageUrl ?? '',
        pattern: typeof pattern === 'string' ? pattern : content,
      }
  }
}

function argumentsOf(content: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value = JSON.parse(content) as unknown
    if (typeof value === 'object' && value !== null) return value as Readonly<Record<string, unknown>>
  } catch {
    // Broken or cut JSON.
  }
  return undefined
}

/** Opens the item of a call to the Python tool; its content is the code. */
export function openCodeInterpreter({ log, createId }: ItemContext, containerId: string): OpenItem {
  const id = createId('ci_')
  const item = { type: 'code_interpreter_call', id, container_id: containerId } as const
  const outputIndex = log.add({ ...item, code: '', outputs: null, status: 'in_progress' })
  log.progress('response.code_interpreter_call.in_progress', outputIndex)
  return {
    delta(text) {
      log.delta('response.code_interpreter_call_code.delta', outputIndex, text)
    },
    end({ content, incomplete, seal }) {
      log.emit({
        type: 'response.code_interpreter_call_code.done',
        item_id: id,
        output_index: outputIndex,
        code: content,
        sequence_number: log.number(),
      })
      if (incomplete) {
        const sealed = sealedContent(seal())
        log.finish(outputIndex, { ...item, code: content, outputs: null, ...sealed, status: 'incomplete' })
        return undefined
      }
      log.progress('response.code_interpreter_call.interpreting', outputIndex)
      return {
        id,
        finish({ output, error, message } = {}) {
          log.progress('response.code_interpreter_call.completed', outputIndex)
          const logs = output ?? error
          log.finish(outputIndex, {
            ...item,
            code: content,
            outputs: logs === undefined ? null : [{ type: 'logs', logs }],
            ...sealedContent(seal(message)),
            status: error === undefined ? 'completed' : 'failed',
          })
        },
      }
    },
  }
}

export interface McpCall {
  readonly serverLabel: string
  readonly name: string
}

/** Opens the item of a call to an MCP server. */
export function openMcpCall(
  { log, createId }: ItemContext,
  { serverLabel, name }: McpCall,
  approvalRequestId: string | null = null,
): OpenItem {
  const id = createId('mcp_')
  const item = { type: 'mcp_call', id, server_label: serverLabel, name } as const
  const noResult = { output: null, error: null, approval_request_id: approvalRequestId } as const
  const outputIndex = log.add({ ...item, arguments: '', ...noResult, status: 'in_progress' })
  log.progress('response.mcp_call.in_progress', outputIndex)
  const stream = createArgumentsStream((delta) => {
    log.delta('response.mcp_call_arguments.delta', outputIndex, delta)
  })
  return {
    delta: stream.delta,
    end({ content, incomplete, seal }) {
      const whole = stream.end(content, incomplete)
      log.emit({
        type: 'response.mcp_call_arguments.done',
        item_id: id,
        output_index: outputIndex,
        arguments: whole,
        sequence_number: log.number(),
      })
      if (incomplete) {
        const sealed = sealedContent(seal())
        log.finish(outputIndex, { ...item, arguments: whole, ...noResult, ...sealed, status: 'incomplete' })
        return undefined
      }
      return {
        id,
        finish({ output, error, message } = {}) {
          const failed = error !== undefined
          log.progress(failed ? 'response.mcp_call.failed' : 'response.mcp_call.completed', outputIndex)
          log.finish(outputIndex, {
            ...item,
            arguments: whole,
            ...noResult,
            output: output ?? null,
            error: failed ? executionError(error) : null,
            ...sealedContent(seal(message)),
            status: failed ? 'failed' : 'completed',
          })
        },
      }
    },
  }
}

function executionError(text: string): McpCallItem['error'] {
  return { type: 'mcp_tool_execution_error', content: [{ type: 'text', text }] }
}

/** Opens the item of a call that the user has to approve. It appears when the call is whole. */
export function openApprovalRequest(
  { log, createId }: ItemContext,
  { serverLabel, name }: McpCall,
): OpenItem {
  return {
    delta() {},
    end({ content, incomplete, seal }) {
      // Nobody can approve half a call.
      if (incomplete) return openCutCall({ log, createId }, { serverLabel, name }, content, seal)
      const request = {
        type: 'mcp_approval_request',
        id: createId('mcpr_'),
        server_label: serverLabel,
        name,
        arguments: content.trim() === '' ? '{}' : content,
      } as const
      log.finish(log.add(request), { ...request, ...sealedContent(seal()) })
      return undefined
    },
  }
}

function openCutCall(
  context: ItemContext,
  call: McpCall,
  content: string,
  seal: () => string | undefined,
): HeldCall | undefined {
  const item = openMcpCall(context, call)
  item.delta(content, [])
  return item.end({ content, incomplete: true, seal })
}
