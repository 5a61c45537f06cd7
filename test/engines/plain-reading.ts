import { loadHarmonyEncoding, type ParsedMessage } from '../../src/index.js'

const encoding = loadHarmonyEncoding('HarmonyGptOss')

/** A message from its header to its stop token, as gpt-oss learned it. */
const MESSAGE =
  /<\|channel\|>(\w+)(?: to=([\w.]+))?(?: (<\|constrain\|>json))?<\|message\|>(.*?)(?:<\|end\|><\|start\|>assistant|<\|return\|>|<\|call\|>)/gsu

/** The messages of a turn without faults, read by one expression instead of a parser; `undefined` of any other turn. */
export function plainReading(tokens: readonly number[]): ParsedMessage[] | undefined {
  const text = encoding.decode(tokens)
  const found = [...text.matchAll(MESSAGE)]
  if (found.map(([message]) => message).join('') !== text) return undefined
  return found.map(([, channel, recipient, type, content]) => ({
    role: 'assistant',
    ...(recipient !== undefined && { recipient }),
    content: content,
    channel: channel,
    ...(type !== undefined && { content_type: type }),
  }))
}
