import type { HarmonyEncoding } from '../encoding.js'
import type { DeviationCode, HarmonyError } from '../errors.js'
import type { ParsedMessage } from '../message/index.js'
import { createInputReader, invalidRequest } from '../openai/index.js'
import { parseTokens } from '../parse/index.js'
import { SPECIAL_TOKENS } from '../tokenizer/index.js'
import { isStopToken, isToolCall, messageKind } from '../turn/index.js'
import { type CallTarget, callTargetOf, type CallTargets } from './call-target.js'
import type { InputItem } from './input-items.js'
import { unsealTokens } from './sealed-tokens.js'

/** A message with the tokens that were sampled for it. */
export interface SampledMessage {
  readonly message: ParsedMessage
  readonly tokens: readonly number[]
}

/**
 * Restores the messages of an item from its `encrypted_content`: the sampled one, and a hosted tool's answer to it.
 *
 * @returns `undefined` if the item says something else than its tokens: a client that changed the text wants the text
 * @throws HarmonyError `invalid-request` if the text is not a whole seal, or its tokens are no such message
 */
export function restoreSampled(
  encoding: HarmonyEncoding,
  item: InputItem,
  targets: CallTargets,
): readonly SampledMessage[] | undefined {
  if (item.sealed === undefined) return undefined
  const path = `${item.path}.encrypted_content`
  const sealed = unsealTokens(item.sealed, path)
  const message = messageOfTokens(encoding, sealed.message, targets)
  if (message?.role !== 'assistant') throw wrongSeal(item.sealed, path)
  const sampled = { message, tokens: closed(sealed.message, isToolCall(message)) }
  if (!saysTheSame(item, message, targets)) return undefined
  if (sealed.answer.length === 0) return [sampled]

  const answer = messageOfTokens(encoding, sealed.answer, targets)
  if (answer?.role !== 'tool' || answer.name !== message.recipient) throw wrongSeal(item.sealed, path)
  return [sampled, { message: answer, tokens: closed(sealed.answer, false) }]
}

/**
 * Returns the message that tokens are by themselves; `undefined` if they are none, several, or hold text that no message
 * shows. Only such tokens are sealed, and taken back.
 */
export function messageOfTokens(
  encoding: HarmonyEncoding,
  tokens: readonly number[],
  targets: CallTargets,
): ParsedMessage | undefined {
  const tools = Object.keys(targets.tools)
  const { messages, deviations } = parseTokens(encoding, tokens, { role: null, tools })
  const isSound = messages.length === 1 && deviations.every(({ code }) => !HIDING_TEXT.has(code))
  return isSound ? messages[0] : undefined
}

/** The deviations that leave something of the tokens out of the message. */
const HIDING_TEXT: ReadonlySet<DeviationCode> = new Set([
  'extra-stop',
  'header-noise',
  'stray-marker',
  'text-before-header',
  'text-between-messages',
])

function wrongSeal(sealed: string, path: string): HarmonyError {
  return invalidRequest(path, sealed, "the encrypted_content that this item's response had")
}

/** History holds no `<|return|>`, and a message that was cut off ends where it was cut. */
function closed(tokens: readonly number[], isCall: boolean): readonly number[] {
  const last = tokens.at(-1)
  if (last === SPECIAL_TOKENS.RETURN) return [...tokens.slice(0, -1), SPECIAL_TOKENS.END]
  return isStopToken(last) ? tokens : [...tokens, isCall ? SPECIAL_TOKENS.CALL : SPECIAL_TOKENS.END]
}

function saysTheSame(item: InputItem, message: ParsedMessage, targets: CallTargets): boolean {
  const { content } = message
  if (!isToolCall(message)) {
    const isReasoning = messageKind(message) === 'reasoning'
    if (item.type === 'reasoning') return isReasoning && (item.text === '' || item.text === content)
    return item.type === 'message' && !isReasoning && item.text === content
  }
  const target = callTargetOf(message.recipient, targets)
  switch (item.type) {
    case 'function_call':
      return isTool(target, 'function', item) && item.content === argumentsOf(content)
    case 'custom_tool_call': {
      const reader = createInputReader()
      return isTool(target, 'custom', item) && item.content === reader.push(content) + reader.end(content)
    }
    case 'web_search_call':
      return target.type === 'web-search' && target.method === item.method
    case 'code_interpreter_call':
      return target.type === 'code-interpreter' && item.code === content
    case 'mcp_call':
    case 'mcp_approval_request':
      return (
        target.type === 'mcp' &&
        target.serverLabel === item.label &&
        target.name === item.name &&
        item.content === argumentsOf(content)
      )
    default:
      return false
  }
}

function isTool(
  target: CallTarget,
  type: 'function' | 'custom',
  { name, namespace }: { readonly name: string; readonly namespace: string | undefined },
): boolean {
  return target.type === type && target.name === name && target.namespace === namespace
}

/** A call without arguments shows `{}`; the model wrote nothing. */
function argumentsOf(content: string): string {
  return content.trim() === '' ? '{}' : content
}
