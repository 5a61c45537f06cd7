import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HarmonyError } from '../../src/errors.js'
import type { Message } from '../../src/message/index.js'
import { parseTokens } from '../../src/parse/index.js'
import {
  fromResponsesRequest,
  renderResponsesRequest,
  type ResponseEvent,
  type ResponseItem,
} from '../../src/responses/index.js'
import { createInputReader } from '../../src/openai/index.js'
import { toolNameOf } from '../../src/turn/index.js'
import { encoding, eventsOf, only } from './answer.js'
import { BODY, completion, OPENING, SCENARIO, wellFormed } from './completions.js'
import { missingKeys } from './shapes.js'

function outputOf(events: readonly ResponseEvent[]): readonly ResponseItem[] {
  const last = events.at(-1)
  return last !== undefined && 'response' in last ? last.response.output : []
}

describe('any completion, whole or damaged, cut anywhere', () => {
  test('numbers its events without a gap, and leaves out no required key', () => {
    fc.assert(
      fc.property(completion, fc.integer({ min: 1, max: 50 }), (tokens, chunk) => {
        const events = eventsOf(tokens, { ...SCENARIO, chunk })
        expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, i) => i))
        expect(missingKeys(events)).toEqual([])
      }),
    )
  })

  test('ends with the items that it streamed', () => {
    fc.assert(
      fc.property(completion, (tokens) => {
        const events = eventsOf(tokens, SCENARIO)
        const done = only(events, 'response.output_item.done')
        const output = outputOf(events)
        expect(done.map(({ item }) => item.id).sort()).toEqual(output.map(({ id }) => id).sort())
        for (const { item, output_index } of done) expect(output[output_index]).toEqual(item)
        for (const { item, output_index } of only(events, 'response.output_item.added'))
          expect([output[output_index].id, output[output_index].type]).toEqual([item.id, item.type])
      }),
    )
  })

  test('joins its deltas to the whole, byte for byte', () => {
    fc.assert(
      fc.property(completion, fc.integer({ min: 1, max: 9 }), (tokens, chunk) => {
        const events = eventsOf(tokens, { ...SCENARIO, chunk })
        const joined = new Map<string, string>()
        for (const event of events)
          if ('delta' in event) joined.set(event.item_id, (joined.get(event.item_id) ?? '') + event.delta)
        for (const item of outputOf(events)) {
          const whole = textOf(item)
          if (whole !== undefined) expect(joined.get(item.id) ?? '').toBe(whole)
        }
      }),
    )
  })

  test('gives the same output however it is cut', () => {
    fc.assert(
      fc.property(completion, fc.integer({ min: 2, max: 50 }), (tokens, chunk) => {
        expect(outputOf(eventsOf(tokens, { ...SCENARIO, chunk }))).toEqual(
          outputOf(eventsOf(tokens, SCENARIO)),
        )
      }),
    )
  })

  test('has an item for each message of the assistant', () => {
    fc.assert(
      fc.property(completion, (tokens) => {
        const tools = ['functions.get_weather', 'functions.shell', 'crm.find', 'wiki.ask', 'wiki.delete']
        const { messages } = parseTokens(encoding, tokens, { tools })
        const items = outputOf(eventsOf(tokens, SCENARIO)).filter(({ type }) => type !== 'mcp_list_tools')
        expect(items.length).toBe(messages.filter(({ role }) => role === 'assistant').length)
      }),
    )
  })
})

describe('the output sent back', () => {
  const BEFORE = [{ role: 'user', content: 'Hi' }]
  const answered = (items: readonly ResponseItem[]): unknown[] =>
    items.flatMap((item): unknown[] => {
      if (item.type === 'function_call' || item.type === 'custom_tool_call')
        return [item, { type: `${item.type}_output`, call_id: item.call_id, output: 'x' }]
      if (item.type === 'mcp_approval_request')
        return [item, { type: 'mcp_approval_response', approval_request_id: item.id, approve: false }]
      return [item]
    })
  const again = (items: readonly unknown[]) =>
    fromResponsesRequest(
      { ...BODY, input: [...BEFORE, ...items] },
      { ...SCENARIO.options, dropAnalysis: 'none', assistantMarkup: 'text' },
    )

  test('renders to the tokens that were sampled', () => {
    fc.assert(
      fc.property(wellFormed, (tokens) => {
        const body = { ...BODY, include: ['reasoning.encrypted_content'] }
        const events = eventsOf(tokens, { ...SCENARIO, body })
        const items = outputOf(events)
        const rendered = renderResponsesRequest(
          encoding,
          again(items.filter(({ type }) => type !== 'mcp_approval_request')),
        )
        // Between the sampled messages stand the results that the items hold.
        let from = 0
        for (const message of messagesIn(tokens)) {
          if (isApprovalCall(message)) continue
          const at = indexOf(rendered, [...OPENING, ...message], from)
          expect(at).toBeGreaterThanOrEqual(0)
          from = at + 1
        }
      }),
    )
  })

  test('says the same without the tokens', () => {
    fc.assert(
      fc.property(wellFormed, (tokens) => {
        const items = answered(outputOf(eventsOf(tokens, SCENARIO)))
        const rendered = again(items).conversation.messages.filter(({ role }) => role === 'assistant')
        const sampled = parseTokens(encoding, tokens).messages
        expect(rendered.map(essenceOf)).toEqual(
          // Reasoning without a word has nothing to send back.
          sampled.filter((message) => !isEmptyReasoning(message)).map(essenceOf),
        )
      }),
    )
  })

  test('is taken whatever the model wrote, and says the same with the tokens as without', () => {
    fc.assert(
      fc.property(completion, (tokens) => {
        const sealed = { ...SCENARIO, body: { ...BODY, include: ['reasoning.encrypted_content'] } }
        const [withTokens, without] = [sealed, SCENARIO].map((scenario) =>
          again(answered(outputOf(eventsOf(tokens, scenario))))
            .conversation.messages.filter((message) => !isEmptyReasoning(message))
            .map(essenceOf),
        )
        expect(withTokens).toEqual(without)
      }),
    )
  })

  test('damaged, throws nothing but HarmonyError', () => {
    fc.assert(
      fc.property(completion, fc.string(), fc.nat(), (tokens, garbage, place) => {
        const body = { ...BODY, include: ['reasoning.encrypted_content'] }
        const items = outputOf(eventsOf(tokens, { ...SCENARIO, body })).map((item) =>
          'encrypted_content' in item && item.encrypted_content != null
            ? { ...item, encrypted_content: spoiled(item.encrypted_content, garbage, place) }
            : item,
        )
        try {
          renderResponsesRequest(encoding, again(answered(items)))
        } catch (error) {
          expect(error).toBeInstanceOf(HarmonyError)
          expect((error as HarmonyError).path).toMatch(/^input\[\d+\]/)
        }
      }),
    )
  })
})

/** To whom a message speaks, and what it says. A browser call's item keeps only what its action shows. */
function essenceOf({ recipient, content, channel }: Message): unknown[] {
  const text = content as string
  if (recipient == null) return [channel === 'analysis' || channel === 'commentary' ? channel : 'final', text]
  if (/^browser\.(search|open|find)$/.test(recipient)) return [recipient]
  if (recipient === 'functions.shell') {
    const reader = createInputReader()
    return [recipient, reader.push(text) + reader.end(text)]
  }
  // A name that the model made up may hold anything; in a prompt, only identifiers can stand.
  const name = toolNameOf(recipient).replace(/[^\p{ID_Continue}$]/gu, '_')
  return [name, text.trim() === '' && recipient !== 'python' ? '{}' : text]
}

function isEmptyReasoning({ content, channel, recipient }: Message): boolean {
  return content === '' && channel === 'analysis' && recipient == null
}

function spoiled(text: string, garbage: string, place: number): string {
  const at = place % text.length
  return text.slice(0, at) + garbage + text.slice(at + 1)
}

/** Each message's tokens up to its stop token. */
function messagesIn(tokens: readonly number[]): number[][] {
  const messages: number[][] = [[]]
  for (const token of tokens) {
    messages[messages.length - 1].push(token)
    if (token === 200_007 || token === 200_012) messages.push([])
  }
  return messages
    .filter((message) => message.length > 0)
    .map((message) => message.slice(message[0] === 200_006 ? 2 : 0))
}

function isApprovalCall(message: readonly number[]): boolean {
  return encoding.decode(message).includes('to=wiki.delete')
}

function indexOf(tokens: readonly number[], part: readonly number[], from: number): number {
  for (let i = from; i + part.length <= tokens.length; i++)
    if (part.every((token, j) => tokens[i + j] === token)) return i
  return -1
}

/** What an item's deltas make up; `undefined` where it has none. */
function textOf(item: ResponseItem): string | undefined {
  switch (item.type) {
    case 'reasoning':
    case 'message':
      return item.content.map((part) => part.text).join('')
    case 'function_call':
    case 'mcp_call':
      return item.arguments
    case 'custom_tool_call':
      return item.input
    case 'code_interpreter_call':
      return item.code
    case 'web_search_call':
    case 'mcp_approval_request':
    case 'mcp_list_tools':
      return undefined
  }
}
