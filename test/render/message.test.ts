import { describe, expect, test } from 'vitest'
import { loadHarmonyEncoding } from '../../src/encoding.js'
import { SPECIAL_TOKENS } from '../../src/tokenizer/special-tokens.js'
import type { Message } from '../../src/message/types.js'
import type { RenderMessageOptions } from '../../src/render/message.js'

const encoding = loadHarmonyEncoding('HarmonyGptOss')
const { START, CHANNEL, CONSTRAIN, MESSAGE, CALL } = SPECIAL_TOKENS

describe('the header', () => {
  const call: Message = {
    role: 'assistant',
    channel: 'commentary',
    recipient: 'functions.f',
    content_type: '<|constrain|>json',
    content: '{}',
  }

  test('names the recipient first, as the official library does', () => {
    expect(render(call)).toEqual([
      ...[START, ...text('assistant'), ...text(' to=functions.f')],
      ...[CHANNEL, ...text('commentary'), ...text(' '), CONSTRAIN, ...text('json'), MESSAGE],
      ...[...text('{}'), CALL],
    ])
  })

  test('names the channel first on request, as the model does', () => {
    expect(render(call, { headerOrder: 'channel-first' })).toEqual([
      ...[START, ...text('assistant')],
      ...[
        CHANNEL,
        ...text('commentary'),
        ...text(' to=functions.f'),
        ...text(' '),
        CONSTRAIN,
        ...text('json'),
        MESSAGE,
      ],
      ...[...text('{}'), CALL],
    ])
  })

  test.each<[Message]>([
    [{ ...call, recipient: null }],
    [{ ...call, recipient: 'all' }],
    [{ ...call, channel: null }],
    [{ role: 'user', content: '' }],
  ])('without both of them is the same either way, case %#', (message) => {
    expect(render(message, { headerOrder: 'channel-first' })).toEqual(render(message))
  })
})

// The official library 0.0.8, render() with and without conversation_has_function_tools, decoded.
test('system content mentions function tools when it is told of them', () => {
  const message: Message = {
    role: 'system',
    content: [
      { type: 'system_content', channel_config: { valid_channels: ['final'], channel_required: true } },
    ],
  }
  const body = '# Valid channels: final. Channel must be included for every message.'
  const frame = (content: string) => [START, ...text('system'), MESSAGE, ...text(content), SPECIAL_TOKENS.END]
  expect(render(message)).toEqual(frame(body))
  expect(render(message, { conversationHasFunctionTools: true })).toEqual(
    frame(`${body}\nCalls to these tools must go to the commentary channel: 'functions'.`),
  )
})

describe('on bad input', () => {
  test("a tool's message without a name is refused", () => {
    expect(() => render({ role: 'tool', content: '' })).toThrow(
      expect.objectContaining({ code: 'missing-tool-name', path: 'name' }),
    )
  })

  test.each<[Message, string]>([
    [{ role: 'user', content: [{ type: 'system_content' }] }, 'content[0]'],
    [{ role: 'system', content: [{ type: 'text', text: '' }, { type: 'developer_content' }] }, 'content[1]'],
    [{ role: 'developer', content: [{ type: 'system_content' }] }, 'content[0]'],
  ])('content of another role is refused, case %#', (message, path) => {
    expect(() => render(message)).toThrow(expect.objectContaining({ code: 'misplaced-content', path }))
  })

  test('paths start at the message', () => {
    expect(() => render({ role: 'user', content: [{ type: 'text' }] } as unknown as Message)).toThrow(
      expect.objectContaining({ code: 'invalid-conversation', path: 'content[0].text' }),
    )
    expect(() => render({ role: 'wizard', content: '' } as unknown as Message)).toThrow(
      expect.objectContaining({ code: 'unknown-role', path: 'role' }),
    )
  })
})

function render(message: Message, options?: RenderMessageOptions): number[] {
  return encoding.render(message, options)
}

function text(content: string): number[] {
  return encoding.encode(content)
}
