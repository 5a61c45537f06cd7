import type { ModelRequest } from '@openai/agents'
import { HarmonyError } from '../errors.js'
import { effortOfSetting } from '../openai/index.js'
import type { ResponsesRequest } from '../responses/index.js'
import { toInputItem } from './input-items.js'

/**
 * Returns a model request as the body of a Responses request. Handoffs become functions after the tools, and
 * `modelSettings.providerData` further fields of the body, such as `top_k`.
 *
 * @throws HarmonyError `unsupported-content` for tools that are no functions
 */
export function toResponsesRequest(request: ModelRequest): ResponsesRequest {
  const { input, outputType, modelSettings: settings } = request
  const { reasoning, text } = settings
  const effort = effortOfSetting(reasoning?.effort)
  const format = outputType === 'text' ? { type: 'text' } : outputType
  return withoutUndefined({
    instructions: request.systemInstructions,
    input: typeof input === 'string' ? input : input.map(toInputItem),
    tools: [...functionTools(request.tools), ...request.handoffs.map(handoffTool)],
    tool_choice: toolChoiceOf(settings.toolChoice),
    parallel_tool_calls: settings.parallelToolCalls,
    text: withoutUndefined({ format, verbosity: text?.verbosity ?? undefined }),
    reasoning: withoutUndefined({ effort, summary: reasoning?.summary }),
    max_output_tokens: settings.maxTokens,
    temperature: settings.temperature,
    top_p: settings.topP,
    presence_penalty: settings.presencePenalty,
    frequency_penalty: settings.frequencyPenalty,
    truncation: settings.truncation,
    previous_response_id: request.previousResponseId,
    // Refused, by these names.
    conversation: request.conversationId,
    prompt: request.prompt,
    context_management: settings.contextManagement,
    ...settings.providerData,
  })
}

/** The functions; those of a namespace are held by a tool of its name. */
function functionTools(tools: ModelRequest['tools']): object[] {
  const listed: object[] = []
  const namespaces = new Map<string, object[]>()
  tools.forEach((tool, index) => {
    if (tool.type !== 'function') {
      const path = `tools[${index}].type`
      throw new HarmonyError(
        'unsupported-content',
        `request: ${path} is "${tool.type}" (${tool.name}), wanted "function": nobody runs hosted tools here`,
        { path, evidence: tool.type },
      )
    }
    const { type, name, description, parameters, namespace, namespaceDescription } = tool
    const own = { type, name, description, parameters }
    if (namespace === undefined) {
      listed.push(own)
      return
    }
    const held = namespaces.get(namespace)
    if (held !== undefined) {
      held.push(own)
      return
    }
    const inner = [own]
    namespaces.set(namespace, inner)
    listed.push({ type: 'namespace', name: namespace, description: namespaceDescription ?? '', tools: inner })
  })
  return listed
}

function handoffTool({ toolName, toolDescription, inputJsonSchema }: ModelRequest['handoffs'][number]) {
  // Without an input, the model reads `() => any`, as it was trained.
  const hasInput = Object.keys(inputJsonSchema.properties as object).length > 0
  return {
    type: 'function',
    name: toolName,
    description: toolDescription,
    ...(hasInput && { parameters: inputJsonSchema }),
  }
}

function toolChoiceOf(choice: ModelRequest['modelSettings']['toolChoice']): unknown {
  const isName = choice !== undefined && choice !== 'auto' && choice !== 'none' && choice !== 'required'
  return isName ? { type: 'function', name: choice } : choice
}

function withoutUndefined(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}
