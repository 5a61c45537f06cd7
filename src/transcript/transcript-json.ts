import { childPath, createShapeChecker, parseDocument } from '../json/index.js'
import { checkMessage, invalidConversation, isRole, type Role, unknownRole } from '../message/index.js'
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
  /** What the last prefill ended with after that role, if anything. */
  readonly opening?: readonly number[]
  /** What the engine saw last: so many of the history's tokens, then these. */
  readonly seen: { readonly shared: number; readonly rest: readonly number[] }
}

const check = createShapeChecker(invalidConversation)

/** @throws HarmonyError `invalid-json`, `invalid-conversation`, `unknown-role` */
export function readTranscriptJson(json: unknown): TranscriptJson {
  const value = check.object(parseDocument(json, 'transcript'), '')
  if (value['version'] !== 1) throw invalidConversation('version', value['version'], '1')
  const dropAnalysis = check.choice(value['dropAnalysis'], 'dropAnalysis', DROP_RULES)
  const headerOrder = check.choice(value['headerOrder'], 'headerOrder', HEADER_ORDERS)
  const { openRole } = value
  if (openRole !== null && !isRole(openRole)) throw unknownRole(openRole, 'openRole')

  const pieces = check.list(value['pieces'], 'pieces').map((item, i): TokenizedMessage => {
    const path = `pieces[${i}]`
    const { message, tokens, sampled } = check.object(item, path)
    checkMessage(message, childPath(path, 'message'))
    return {
      message,
      tokens: tokensAt(tokens, childPath(path, 'tokens')),
      sampled: check.boolean(sampled, childPath(path, 'sampled')),
    }
  })
  const seen = check.object(value['seen'], 'seen')
  return {
    version: 1,
    dropAnalysis,
    headerOrder,
    pieces,
    sentCount: check.count(value['sentCount'], 'sentCount', pieces.length),
    openRole,
    ...(value['opening'] !== undefined && { opening: tokensAt(value['opening'], 'opening') }),
    seen: {
      shared: check.count(seen['shared'], 'seen.shared'),
      rest: tokensAt(seen['rest'], 'seen.rest'),
    },
  }
}

function tokensAt(value: unknown, path: string): number[] {
  return check.list(value, path).map((token, i) => check.count(token, `${path}[${i}]`, LAST_SPECIAL_TOKEN))
}
