import { expect, test } from 'vitest'
import type { Engine } from '../../src/engines/index.js'
import { runTurn } from '../../src/generate/index.js'
import {
  createResponsesStream,
  fromResponsesRequest,
  piecesOfRequest,
  renderResponsesRequest,
  type ResponseEvent,
  type ResponsesRequest,
  type WebSearchAction,
} from '../../src/responses/index.js'
import { createBrowser, createToolSet } from '../../src/tools/index.js'
import { Transcript } from '../../src/transcript/index.js'
import { encoding, only, tokensOf } from './answer.js'

/** Answers with the given completions, a token a chunk, and keeps the prefills. */
function scriptedEngine(completions: readonly string[]): Engine & { readonly prefills: number[][] } {
  const rest = completions.map(tokensOf)
  const prefills: number[][] = []
  return {
    prefills,
    async *generate(prefill) {
      prefills.push([...prefill])
      const tokens = rest.shift() ?? []
      for (const token of tokens.slice(0, -1)) yield { tokens: [token] }
      yield { tokens: tokens.slice(-1), finish: { reason: 'stop', cachedTokens: 5 } }
    },
  }
}

/** The events of a response whose hosted calls `runTurn` runs. */
async function respond(body: ResponsesRequest, engine: Engine): Promise<ResponseEvent[]> {
  const browser = createBrowser({
    search: () => [{ url: 'https://rain.example', title: 'Rain', text: 'It rains.' }],
    fetch: (url) => ({ url, title: 'Rain', text: 'It rains a lot.' }),
  })
  const tools = createToolSet([browser])
  const request = fromResponsesRequest(body, { hostedTools: tools.builtins })
  const transcript = Transcript.fromJSON(encoding, {
    version: 1,
    dropAnalysis: 'none',
    headerOrder: 'recipient-first',
    pieces: piecesOfRequest(encoding, request),
    sentCount: 0,
    openRole: null,
    seen: { shared: 0, rest: [] },
  })
  const stream = createResponsesStream(encoding, { request, pageOf: (cursor) => browser.pageOf(cursor) })
  const events = stream.start()
  const itemIds: string[] = []
  let promptTokens = 0
  for await (const event of runTurn({ engine, transcript, tools })) {
    switch (event.type) {
      case 'generation-start':
        promptTokens = event.prefill.length
        break
      case 'tokens-delta':
        events.push(...stream.push(event.tokens, event.logprobs))
        break
      case 'generation-end':
        events.push(...stream.endGeneration({ promptTokens, cachedTokens: event.cachedTokens }))
        break
      case 'tool-start':
        itemIds[event.callIndex] = stream.waitingCalls.find(({ itemId }) => !itemIds.includes(itemId))!.itemId
        break
      case 'tool-end': {
        const { output, message } = event
        const action = output.value as WebSearchAction
        events.push(...stream.finishCall(itemIds[event.callIndex], { action, message }))
        break
      }
      default:
        break
    }
  }
  events.push(...stream.end())
  return events
}

test('runTurn runs the hosted calls of a response, and the next request begins with its tokens', async () => {
  const engine = scriptedEngine([
    '<|channel|>analysis<|message|>Look.<|end|><|start|>assistant<|channel|>commentary to=browser.search code<|message|>{"query": "rain"}<|call|>',
    '<|channel|>commentary to=browser.open code<|message|>{"id": "https://rain.example"}<|call|>',
    '<|channel|>final<|message|>It rains【1†L0】.<|return|>',
    '<|channel|>final<|message|>Bye.<|return|>',
  ])
  const body = {
    tools: [{ type: 'web_search' }],
    include: ['reasoning.encrypted_content'],
    input: [{ role: 'user', content: 'Rain?' }],
  }
  const events = await respond(body, engine)
  const [{ response }] = only(events, 'response.completed')
  expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, i) => i))
  expect(response.output).toMatchObject([
    { type: 'reasoning' },
    { type: 'web_search_call', action: { type: 'search', query: 'rain' }, status: 'completed' },
    { type: 'web_search_call', action: { type: 'open_page', url: 'https://rain.example' } },
    {
      type: 'message',
      content: [{ annotations: [{ url: 'https://rain.example', start_index: 8, end_index: 14 }] }],
    },
  ])
  expect(response.usage).toMatchObject({
    input_tokens: engine.prefills.reduce((sum, { length }) => sum + length, 0),
    input_tokens_details: { cached_tokens: 15 },
  })

  const again = { ...body, input: [...body.input, ...response.output, { role: 'user', content: 'Bye?' }] }
  const next = renderResponsesRequest(encoding, fromResponsesRequest(again, { dropAnalysis: 'none' }))
  expect(next.slice(0, engine.prefills[2].length)).toEqual(engine.prefills[2])
})
