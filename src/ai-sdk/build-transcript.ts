import type { LanguageModelV3Message, LanguageModelV3Prompt } from '@ai-sdk/provider'
import type { HarmonyEncoding } from '../encoding.js'
import { developerMessage, type Message } from '../message/index.js'
import { parseTokens } from '../parse/index.js'
import { createTranscript, type Transcript } from '../transcript/index.js'
import { isVisible, messageKind, toolCallsOf } from '../turn/index.js'
import { readPartMetadata } from './part-metadata.js'
import { argumentsOf, textOf, toolResults } from './read-prompt.js'

type AssistantMessage = Extract<LanguageModelV3Message, { role: 'assistant' }>

/** The tokens that were sampled for an assistant's message, and those that the prompt opened it with. */
export interface SampledAnswer {
  readonly tokens: readonly number[]
  readonly opening: readonly number[]
}

/** Returns the sampled tokens of each message of a prompt; `undefined` where they are not known. */
export function sampledAnswersOf(
  encoding: HarmonyEncoding,
  prompt: LanguageModelV3Prompt,
): readonly (SampledAnswer | undefined)[] {
  return prompt.map((message) =>
    message.role === 'assistant' ? sampledAnswerOf(encoding, message) : undefined,
  )
}

/**
 * Builds the transcript of a prompt, token-exact as far as its messages carry their tokens.
 *
 * @param before the messages before the prompt's index `start`, as Harmony has them
 * @param answers the sampled tokens of all of the prompt's messages
 */
export function buildTranscript(
  encoding: HarmonyEncoding,
  before: readonly Message[],
  prompt: LanguageModelV3Prompt,
  start: number,
  answers: readonly (SampledAnswer | undefined)[],
  nameInHarmony: (name: string) => string,
): Transcript {
  const transcript = createTranscript(encoding, { messages: before, dropAnalysis: 'completed-turns' })
  for (let index = start; index < prompt.length; index++) {
    const message = prompt[index]
    const sampled = answers[index]
    if (message.role !== 'assistant' || sampled === undefined) {
      transcript.append(...messagesOf(message, `prompt[${index}]`, nameInHarmony))
      continue
    }
    transcript.open('assistant', { opening: sampled.opening })
    transcript.commit(sampled.tokens, { stopped: true })
    transcript.append(...resultsOf(message, nameInHarmony))
  }
  return transcript
}

/** The tokens of an assistant's message, if all of its parts have theirs and say what the tokens say. */
function sampledAnswerOf(
  encoding: HarmonyEncoding,
  { content }: AssistantMessage,
): SampledAnswer | undefined {
  const parts = content.filter((part) => part.type !== 'tool-result')
  const metadata = parts.map((part) => readPartMetadata(part.providerOptions))
  if (parts.length === 0 || !metadata.every((item) => item !== undefined)) return undefined
  const tokens = metadata.flatMap((item) => item.tokens)
  const opening = metadata[0].opening ?? []
  const { messages } = parseTokens(encoding, tokens, { prefill: opening, stopped: true })
  const told = messages.filter((message) => messageKind(message) !== 'other' || isVisible(message))
  const isSame =
    told.length === parts.length &&
    told.every((message, index) => {
      const part = parts[index]
      if (part.type === 'text' || part.type === 'reasoning') return part.text === message.content
      const [call] = toolCallsOf([message])
      return (
        part.type === 'tool-call' && call !== undefined && isSameInput(call.json, call.arguments, part.input)
      )
    })
  return isSame ? { tokens, opening } : undefined
}

function isSameInput(json: unknown, text: string, input: unknown): boolean {
  return typeof input === 'string' ? input === text : JSON.stringify(json) === JSON.stringify(input)
}

/** A message without tokens, as Harmony has it. */
function messagesOf(
  message: LanguageModelV3Message,
  path: string,
  nameInHarmony: (name: string) => string,
): Message[] {
  switch (message.role) {
    case 'system':
      return [developerMessage({ instructions: message.content })]
    case 'user':
      return [{ role: 'user', content: textOf(message.content, path) }]
    case 'tool':
      return resultsOf(message, nameInHarmony)
    case 'assistant': {
      const hasCalls = message.content.some((part) => part.type === 'tool-call')
      const own = message.content.flatMap((part): Message[] => {
        if (part.type === 'reasoning') return [{ role: 'assistant', channel: 'analysis', content: part.text }]
        if (part.type === 'text')
          return [{ role: 'assistant', channel: hasCalls ? 'commentary' : 'final', content: part.text }]
        if (part.type !== 'tool-call') return []
        const recipient = `functions.${nameInHarmony(part.toolName)}`
        const content = argumentsOf(part.input)
        return [
          { role: 'assistant', recipient, channel: 'commentary', content_type: '<|constrain|>json', content },
        ]
      })
      return [...own, ...resultsOf(message, nameInHarmony)]
    }
    default:
      return message satisfies never
  }
}

function resultsOf(
  { content }: Extract<LanguageModelV3Message, { role: 'assistant' | 'tool' }>,
  nameInHarmony: (name: string) => string,
): Message[] {
  return toolResults(content).map(({ toolName, text }) => ({
    role: 'tool',
    name: `functions.${nameInHarmony(toolName)}`,
    recipient: 'assistant',
    channel: 'commentary',
    content: text,
  }))
}
