import OpenAI from 'openai'
import type { Response as ModelResponse, ResponseStreamEvent } from 'openai/resources/responses/responses'
import { describe, expect, test } from 'vitest'
import { replayEngine } from '../../src/engines/index.js'
import { createGateway } from '../../src/gateway/index.js'
import { loadHarmonyEncoding } from '../../src/index.js'
import { connectMcpServer, type McpClient } from '../../src/tools/index.js'
import { fetchOf } from './gateways.js'

// A call that the user has to approve: the response ends with the request for it, the next one brings the approval, runs
// the call and goes on from its result.

const encoding = loadHarmonyEncoding('HarmonyGptOss')
const CALL = '<|channel|>commentary to=tickets.close <|constrain|>json<|message|>{"id":7}<|call|>'
const ANSWER = '<|channel|>final<|message|>Ticket 7 is closed.<|return|>'
const tools = [
  {
    type: 'mcp' as const,
    server_label: 'tickets',
    server_url: 'https://mcp.test',
    require_approval: 'always' as const,
  },
]

/** A gateway whose model calls a tool, then answers; what the tool was called with; and the engine's prefills. */
async function scene(completions = [CALL, ANSWER], failure?: string) {
  const ran: unknown[] = []
  const prefills: string[] = []
  const mcpClient: McpClient = {
    listTools: () =>
      Promise.resolve({
        tools: [{ name: 'close', description: 'Closes a ticket.', inputSchema: { type: 'object' } }],
      }),
    callTool: ({ arguments: input }) => {
      ran.push(input)
      if (failure !== undefined) return Promise.reject(new Error(failure))
      return Promise.resolve({ content: [{ type: 'text', text: 'closed' }] })
    },
    getInstructions: () => 'Tickets.',
    close: () => Promise.resolve(),
  }
  const replayed = replayEngine(completions.map((text) => ({ text })))
  const gateway = createGateway({
    engine: {
      generate(prefill, options) {
        prefills.push(encoding.decode(prefill))
        return replayed.generate(prefill, options)
      },
    },
    tools: { mcpServers: [await connectMcpServer({ name: 'tickets', client: mcpClient })] },
  })
  const { responses } = new OpenAI({
    baseURL: 'http://gateway.test/v1',
    apiKey: 'none',
    fetch: fetchOf(gateway),
    maxRetries: 0,
  })
  return { responses, ran, prefills }
}

type Scene = Awaited<ReturnType<typeof scene>>
type Body = OpenAI.Responses.ResponseCreateParamsNonStreaming

/** Each way to get a response to its end. */
const WAYS: Record<string, (responses: Scene['responses'], body: Body) => Promise<ModelResponse>> = {
  whole: (responses, body) => responses.create(body),
  async streamed(responses, body) {
    const events: ResponseStreamEvent[] = []
    for await (const event of await responses.create({ ...body, stream: true })) events.push(event)
    return checkedEnd(events)
  },
  async 'in the background'(responses, body) {
    const { id } = await responses.create({ ...body, background: true })
    await expect.poll(async () => (await responses.retrieve(id)).status).toBe('completed')
    const events: ResponseStreamEvent[] = []
    for await (const event of await responses.retrieve(id, { stream: true })) events.push(event)
    expect(checkedEnd(events)).toEqual(await rawOf(responses, id))
    return responses.retrieve(id)
  },
}

/** Returns the last event's response, after a look at the order of the events. */
function checkedEnd(events: readonly ResponseStreamEvent[]): ModelResponse {
  expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, index) => index))
  const done = events.flatMap((event) => (event.type === 'response.output_item.done' ? [event.item] : []))
  const last = events.at(-1)!
  if (last.type !== 'response.completed') throw new Error(`the stream ended with ${last.type}`)
  expect(last.response.output).toEqual(done)
  return last.response
}

async function rawOf(responses: Scene['responses'], id: string): Promise<ModelResponse> {
  const { output_text: _text, ...response } = await responses.retrieve(id)
  return response as ModelResponse
}

async function requested({ responses }: Scene, way: string, store = true) {
  const response = await WAYS[way](responses, { model: 'm', input: 'Close ticket 7.', tools, store })
  const item = response.output.at(-1)!
  if (item.type !== 'mcp_approval_request') throw new Error(`the output ends with ${item.type}`)
  expect(item).toMatchObject({ server_label: 'tickets', name: 'close', arguments: '{"id":7}' })
  return { response, item }
}

function approval(item: { id: string }, approve: boolean) {
  return { type: 'mcp_approval_response' as const, approval_request_id: item.id, approve }
}

describe.each(Object.keys(WAYS))('a call that needs an approval, %s', (way) => {
  test('runs once it is approved, and not before', async () => {
    const scenery = await scene()
    const { response, item } = await requested(scenery, way)
    expect(scenery.ran).toEqual([])
    const next = await WAYS[way](scenery.responses, {
      model: 'm',
      tools,
      previous_response_id: response.id,
      input: [approval(item, true)],
    })
    expect(scenery.ran).toEqual([{ id: 7 }])
    expect(next.output.map(({ type }) => type)).toEqual(['mcp_call', 'message'])
    expect(next.output[0]).toMatchObject({
      name: 'close',
      server_label: 'tickets',
      status: 'completed',
      output: 'closed',
      approval_request_id: item.id,
    })
    // The engine goes on from its own call and the result.
    const [first, second] = scenery.prefills
    expect(second.startsWith(first + CALL)).toBe(true)
    expect(second.slice((first + CALL).length)).toMatch(
      /^<\|start\|>tickets\.close to=assistant<\|channel\|>commentary<\|message\|>closed<\|end\|><\|start\|>assistant$/,
    )
  })

  test('does not run when it is refused', async () => {
    const scenery = await scene()
    const { response, item } = await requested(scenery, way)
    const next = await WAYS[way](scenery.responses, {
      model: 'm',
      tools,
      previous_response_id: response.id,
      input: [approval(item, false)],
    })
    expect(scenery.ran).toEqual([])
    expect(next.output.map(({ type }) => type)).toEqual(['message'])
    expect(scenery.prefills[1]).toContain('<|start|>tickets.close to=assistant')
  })

  test('that fails after its approval says so in its item, and the model goes on', async () => {
    const scenery = await scene([CALL, ANSWER], 'no such ticket')
    const { response, item } = await requested(scenery, way)
    const next = await WAYS[way](scenery.responses, {
      model: 'm',
      tools,
      previous_response_id: response.id,
      input: [approval(item, true)],
    })
    expect(next.output[0]).toMatchObject({
      type: 'mcp_call',
      status: 'failed',
      output: null,
      error: {
        type: 'mcp_tool_execution_error',
        content: [{ text: expect.stringContaining('no such ticket') as string }],
      },
    })
    expect(next.output[1]).toMatchObject({ type: 'message' })
  })
})

test('an approval with the items in the input, without a store', async () => {
  const scenery = await scene()
  const { item, response } = await requested(scenery, 'whole', false)
  const next = await scenery.responses.create({
    model: 'm',
    tools,
    store: false,
    input: [
      { role: 'user', content: 'Close ticket 7.' },
      ...(response.output as never[]),
      approval(item, true),
    ],
  })
  expect(scenery.ran).toEqual([{ id: 7 }])
  expect(next.output_text).toBe('Ticket 7 is closed.')
})

test('two calls in a row each need an approval of their own, and a done one does not run again', async () => {
  const scenery = await scene([CALL, CALL.replace('7', '8'), ANSWER])
  const { response, item } = await requested(scenery, 'whole')
  const second = await scenery.responses.create({
    model: 'm',
    tools,
    previous_response_id: response.id,
    input: [approval(item, true)],
  })
  expect(second.output.map(({ type }) => type)).toEqual(['mcp_call', 'mcp_approval_request'])
  const third = await scenery.responses.create({
    model: 'm',
    tools,
    previous_response_id: second.id,
    input: [approval(second.output[1] as never, true)],
  })
  expect(scenery.ran).toEqual([{ id: 7 }, { id: 8 }])
  expect(third.output.map(({ type }) => type)).toEqual(['mcp_call', 'message'])
})

test('an approval of nothing is refused', async () => {
  const { responses, ran } = await scene()
  await expect(
    responses.create({ model: 'm', tools, input: [approval({ id: 'mcpr_0' }, true)] }),
  ).rejects.toMatchObject({ status: 400, param: 'input[0].approval_request_id' })
  expect(ran).toEqual([])
})
