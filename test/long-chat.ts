import type { Message } from 'gpt-oss-harmony'

/** Numbers of turns to compare: a long conversation, and an eighth of it. */
export const SHORT = 1_250
export const LONG = 10_000

/** A conversation with tools, reasoning, a call and its result in every turn. */
export function longChat(turns: number): Message[] {
  const messages: Message[] = [
    {
      role: 'developer',
      content: [
        {
          type: 'developer_content',
          instructions: 'Be brief.',
          tools: { functions: { name: 'functions', tools: [{ name: 'f', description: 'F' }] } },
        },
      ],
    },
  ]
  for (let turn = 0; turn < turns; turn++) {
    messages.push(
      { role: 'user', content: 'Hi' },
      { role: 'assistant', channel: 'analysis', content: 'A call.' },
      { role: 'assistant', channel: 'commentary', recipient: 'functions.f', content: '{}' },
      { role: 'tool', name: 'functions.f', recipient: 'assistant', channel: 'commentary', content: 'ok' },
      { role: 'assistant', channel: 'final', content: 'Hello!' },
    )
  }
  return messages
}
