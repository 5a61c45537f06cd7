import { quote } from '../errors.js'
import { isRole, type Role, ROLES } from '../message/index.js'

/**
 * Which messages are learned, and with what weight. A key that is missing does not
 * restrict anything.
 */
export interface LossPolicy {
  /** Default `['assistant']`. */
  readonly roles?: readonly Role[] | undefined
  /** `null` means messages without a channel. Default: all. */
  readonly channels?: readonly (string | null)[] | undefined
  /** Indexes in the rendered conversation, as in the spans. Default: all. */
  readonly messageIndexes?: Iterable<number> | undefined
  /**
   * The weight of a token by the channel of its message, 0 or more. Default 1. A token
   * with weight 0 is not learned.
   */
  readonly channelWeights?: Readonly<Record<string, number>> | undefined
  /**
   * Whether to learn the `<|end|>` that ends an answer in history. Default `false`: the
   * model samples `<|return|>` there.
   */
  readonly learnFinalEnd?: boolean | undefined
}

interface CheckedPolicy {
  readonly roles: readonly Role[]
  readonly channels: readonly (string | null)[] | undefined
  readonly messageIndexes: ReadonlySet<number> | undefined
  readonly channelWeights: Readonly<Record<string, number>>
  readonly learnFinalEnd: boolean
}

/** @throws TypeError, RangeError as `lossMask` */
export function checkedPolicy({
  roles = ['assistant'],
  channels,
  messageIndexes,
  channelWeights = {},
  learnFinalEnd = false,
}: LossPolicy): CheckedPolicy {
  checkList('roles', roles, isRole, `one of ${ROLES.join(', ')}`)
  if (channels !== undefined)
    checkList(
      'channels',
      channels,
      (channel) => channel === null || typeof channel === 'string',
      'a string or null',
    )
  checkWeights(channelWeights)
  if (typeof learnFinalEnd !== 'boolean') throw wrongKind('learnFinalEnd', learnFinalEnd, 'true or false')
  return {
    roles,
    channels,
    messageIndexes: messageIndexes && checkedIndexes(messageIndexes),
    channelWeights,
    learnFinalEnd,
  }
}

function checkList(
  name: string,
  list: readonly unknown[],
  isValid: (value: unknown) => boolean,
  wanted: string,
): void {
  // A string has `includes` too, which would search its letters.
  if (!Array.isArray(list)) throw wrongKind(name, list, 'a list')
  list.forEach((value, i) => {
    if (!isValid(value)) throw wrongKind(`${name}[${i}]`, value, wanted)
  })
}

function checkWeights(weights: Readonly<Record<string, number>>): void {
  if (typeof weights !== 'object' || weights === null || Array.isArray(weights))
    throw wrongKind('channelWeights', weights, 'an object of numbers by channel')
  for (const [channel, weight] of Object.entries(weights)) {
    const name = `channelWeights.${channel}`
    if (typeof weight !== 'number') throw wrongKind(name, weight, 'a number')
    if (!(weight >= 0 && weight < Infinity))
      throw new RangeError(`${name}: found ${weight}, wanted 0 or more`)
  }
}

function checkedIndexes(indexes: Iterable<number>): ReadonlySet<number> {
  if (typeof indexes === 'string' || typeof indexes[Symbol.iterator] !== 'function')
    throw wrongKind('messageIndexes', indexes, 'numbers, as in a list')
  const set = new Set(indexes)
  for (const index of set) {
    if (typeof index !== 'number') throw wrongKind('messageIndexes', index, 'numbers')
    if (!Number.isInteger(index) || index < 0)
      throw new RangeError(`messageIndexes: found ${index}, wanted whole numbers, 0 or more`)
  }
  return set
}

function wrongKind(name: string, found: unknown, wanted: string): TypeError {
  return new TypeError(`${name}: found ${quote(found)}, wanted ${wanted}`)
}
