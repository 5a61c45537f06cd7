import fc from 'fast-check'
import { expect, test } from 'vitest'
import { HarmonyError } from '../../src/errors.js'
import {
  fromResponsesRequest,
  renderResponsesRequest,
  type ResponsesRequest,
} from '../../src/responses/index.js'
import { encoding } from './answer.js'

const json = fc.jsonValue({ maxDepth: 2 })

/** An object with the given keys: nearly always with a value that could be right, else with none or anything. */
function objectOf(keys: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<object> {
  const entries = Object.entries(keys).map(([key, value]) =>
    fc
      .oneof({ weight: 40, arbitrary: value }, { weight: 1, arbitrary: fc.constant(undefined) }, json)
      .map((found) => [key, found] as const),
  )
  return fc.tuple(...entries).map((pairs) => Object.fromEntries(pairs))
}

const word = fc.constantFrom(
  'a',
  'get_weather',
  'wiki',
  'get-weather',
  '__proto__',
  'a.b',
  ' ',
  '<|end|>',
  '',
)
const id = fc.constantFrom('call_1', 'call_2')
const textPart = objectOf({ type: fc.constantFrom('input_text', 'output_text', 'text'), text: word })
const text = fc.oneof(word, fc.array(textPart, { maxLength: 2 }))
const mcpCall = { server_label: word, name: word, arguments: word }
const ITEMS: Readonly<Record<string, Readonly<Record<string, fc.Arbitrary<unknown>>>>> = {
  message: { role: fc.constantFrom('user', 'assistant', 'system', 'developer'), content: text },
  reasoning: {
    summary: fc.array(objectOf({ text: word }), { maxLength: 2 }),
    content: fc.array(objectOf({ text: word })),
  },
  function_call: { call_id: id, name: word, arguments: word },
  function_call_output: { call_id: id, output: text },
  custom_tool_call: { call_id: id, name: word, input: word },
  custom_tool_call_output: { call_id: id, output: text },
  web_search_call: {
    action: objectOf({
      type: fc.constantFrom('search', 'open_page', 'find_in_page'),
      query: word,
      url: word,
      pattern: word,
    }),
  },
  code_interpreter_call: {
    code: word,
    outputs: fc.array(objectOf({ type: fc.constant('logs'), logs: word })),
  },
  mcp_list_tools: {
    server_label: word,
    tools: fc.array(objectOf({ name: word, input_schema: json }), { maxLength: 2 }),
  },
  mcp_call: { ...mcpCall, output: word },
  mcp_approval_request: { ...mcpCall, id },
  mcp_approval_response: { approval_request_id: id, approve: fc.boolean() },
}
const item = fc.oneof(
  ...Object.entries(ITEMS).map(([type, fields]) => objectOf({ type: fc.constant(type), ...fields })),
)
const named = { name: word, description: word }
const tool = fc.oneof(
  objectOf({ type: fc.constant('function'), ...named, parameters: json }),
  objectOf({ type: fc.constant('custom'), ...named }),
  objectOf({ type: fc.constantFrom('web_search', 'code_interpreter') }),
  objectOf({ type: fc.constant('mcp'), server_label: word, allowed_tools: fc.array(word) }),
  objectOf({
    type: fc.constant('namespace'),
    ...named,
    tools: fc.array(objectOf({ type: fc.constant('function'), ...named }), { maxLength: 2 }),
  }),
)
const choice = fc.oneof(
  fc.constantFrom('auto', 'none', 'required'),
  objectOf({ type: fc.constantFrom('function', 'custom'), name: word }),
  objectOf({ type: fc.constant('mcp'), server_label: word }),
  objectOf({ type: fc.constantFrom('web_search', 'code_interpreter') }),
)
const body = objectOf({
  input: fc.oneof(word, fc.array(item, { maxLength: 3 })),
  instructions: word,
  tools: fc.array(tool, { maxLength: 2 }),
  tool_choice: choice,
  text: objectOf({ format: objectOf({ type: fc.constantFrom('text', 'json_object') }) }),
  reasoning: objectOf({ effort: fc.constantFrom('low', 'medium', 'max') }),
  include: fc.array(word, { maxLength: 2 }),
  max_output_tokens: fc.nat(),
})

test('a request of any shape is taken, or refused with a HarmonyError that says where', () => {
  let taken = 0
  fc.assert(
    fc.property(fc.oneof({ weight: 9, arbitrary: body }, json), (request) => {
      try {
        renderResponsesRequest(encoding, fromResponsesRequest(request as ResponsesRequest))
        taken++
      } catch (error) {
        if (!(error instanceof HarmonyError) || error.path === undefined) throw error
      }
    }),
    { numRuns: 1000 },
  )
  expect(taken).toBeGreaterThan(20)
})
