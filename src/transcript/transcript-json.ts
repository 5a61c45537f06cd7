import { HarmonyError, quote } from '../errors.js'
import {
  checkMessage,
  childPath,
  invalidConversation,
  isRole,
  type Role,
  unknownRole,
} from '../message/index.js'
import { DROP_RULES, type DropAnalysis, HEADER_ORDERS, type HeaderOrder } from '../render/index.js'
import { LAST_SPECIAL_TOKEN } from '../tokenizer/index.js'
import type { TokenizedMessage } from './tokenized-message.js'

/** A transcript written down. */
export interface TranscriptJson {
  readonly version: 1
  readonly dropAnalysis: DropAnalysis
  readonly headerOrder: HeaderOrder
  /** The messages with the tokens that stand for them. */
  readonly pieces: readonly TokenizedMessage[]
  /** How many of them a prefill has handed out. */
  readonly sentCount: number
  /** The role whose header the last prefill left open, `null` for none. */
  readonly openRole: Role | null
  /** What the engine saw last: so many of the history's tokens, then these. */
  readonly seen: { readonly shared: number; readonly rest: readonly number[] }
}

/** @throws HarmonyError `invalid-json`, `invalid-conversation`, `unknown-role` */
export function readTranscriptJson(json: unknown): TranscriptJson {
  const value = objectAt(typeof json === 'string' ? parsed(json) : json, '')
  if (value['version'] !== 1) throw invalidConversation('version', value['version'], '1')
  const { dropAnalysis, headerOrder, openRole } = value
  const rule = DROP_RULES.find((known) => known === dropAnalysis)
  if (rule === undefined)
    throw invalidConversation('dropAnalysis', dropAnalysis, `one of ${DROP_RULES.join(', ')}`)
  const order = HEADER_ORDERS.find((known) => known === headerOrder)
  if (order === undefined)
    throw invalidConversation('headerOrder', headerOrder, `one of ${HEADER_ORDERS.join(', ')}`)
  if (openRole !== null && !isRole(openRole)) throw unknownRole(openRole, 'openRole')

  const pieces = arrayAt(value['pieces'], 'pieces').map((item, i): TokenizedMessage => {
    const path = `pieces[${i}]`
    const { message, tokens, sampled } = objectAt(item, path)
    checkMessage(message, childPath(path, 'message'))
    if (typeof sampled !== 'boolean')
      throw invalidConversation(childPath(path, 'sampled'), sampled, 'true or false')
    return { message, tokens: tokensAt(tokens, childPath(path, 'tokens')), sampled }
  })
  const seen = objectAt(value['seen'], 'seen')
  return {
    version: 1,
    dropAnalysis: rule,
    headerOrder: order,
    pieces,
    sentCount: countAt(value['sentCount'], 'sentCount', pieces.length),
    openRole,
    seen: {
      shared: countAt(seen['shared'], 'seen.shared', Infinity),
      rest: tokensAt(seen['rest'], 'seen.rest'),
    },
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new HarmonyError(
      'invalid-json',
      `transcript: found ${quote(text)}, wanted JSON: ${String(cause)}`,
      {
        evidence: quote(text),
        cause,
      },
    )
  }
}

function objectAt(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalidConversation(path, value, 'an object')
  return value as Readonly<Record<string, unknown>>
}

function arrayAt(value: unknown, path: string): readonly unknown[] {
  if (!Array.isArray(value)) throw invalidConversation(path, value, 'a list')
  return value
}

function tokensAt(value: unknown, path: string): number[] {
  return arrayAt(value, path).map((token, i) => countAt(token, `${path}[${i}]`, LAST_SPECIAL_TOKEN))
}

function countAt(value: unknown, path: string, limit: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= limit) return value
  throw invalidConversation(path, value, `a whole number from 0${limit === Infinity ? '' : ` to ${limit}`}`)
}
