import type { ResponseEvent, ResponseObject } from '../responses/index.js'

/** A response as it is kept. */
export interface StoredResponse {
  readonly response: ResponseObject
  /** The items before it: those of the conversation so far, and its own input. */
  readonly inputItems: readonly unknown[]
  /** The events of a background response, for clients that come back; none for others. */
  readonly events: readonly ResponseEvent[]
}

/**
 * Where responses are kept, for `previous_response_id`, `GET /v1/responses/{id}` and background work. Several gateways
 * can share one.
 */
export interface ResponseStore {
  get(responseId: string): StoredResponse | undefined | Promise<StoredResponse | undefined>
  /** Keeps a response, in place of an older state of it. */
  set(responseId: string, stored: StoredResponse): void | Promise<void>
  /** Returns an item of a kept response's input or output, for `item_reference`. */
  findItem(itemId: string): unknown
  /** Returns whether there was one. */
  delete(responseId: string): boolean | Promise<boolean>
  close?(): void | Promise<void>
}

export interface MemoryStoreOptions {
  /** How many responses are kept; the oldest go first. 1,000 by default. */
  readonly maxResponses?: number | undefined
  /** How many milliseconds a response is kept; an hour by default. */
  readonly timeToLiveMs?: number | undefined
  /** The time in milliseconds; `Date.now` by default. */
  readonly now?: (() => number) | undefined
}

/**
 * Creates a store in memory, bounded in count and time.
 *
 * @example
 * ```ts
 * import { replayEngine } from 'gpt-oss-harmony/engines'
 * import { createGateway, memoryStore } from 'gpt-oss-harmony/gateway'
 *
 * const engine = replayEngine([{ text: '<|channel|>final<|message|>Hello!<|return|>' }])
 * const gateway = createGateway({ engine, store: memoryStore({ maxResponses: 100 }) })
 * ```
 */
export function memoryStore({
  maxResponses = 1_000,
  timeToLiveMs = 3_600_000,
  now = Date.now,
}: MemoryStoreOptions = {}): ResponseStore {
  // A Map keeps the order in which keys were set: the oldest is the first.
  const kept = new Map<string, { readonly stored: StoredResponse; readonly expires: number }>()
  const dropOld = () => {
    for (const [id, { expires }] of kept) {
      if (expires > now() && kept.size <= maxResponses) return
      kept.delete(id)
    }
  }
  return {
    get(responseId) {
      const entry = kept.get(responseId)
      return entry === undefined || entry.expires <= now() ? undefined : entry.stored
    },
    set(responseId, stored) {
      kept.delete(responseId)
      kept.set(responseId, { stored, expires: now() + timeToLiveMs })
      dropOld()
    },
    findItem(itemId) {
      for (const { stored } of [...kept.values()].reverse()) {
        const item = itemIn(stored, itemId)
        if (item !== undefined) return item
      }
      return undefined
    },
    delete: (responseId) => kept.delete(responseId),
  }
}

/**
 * Returns an item of a kept response by its id. The first look-up lists all of them, because a request may refer to
 * each item of a long conversation.
 */
export function itemIn(stored: StoredResponse, itemId: string): unknown {
  let items = itemsById.get(stored)
  if (items === undefined) {
    const all = [...stored.response.output, ...stored.inputItems]
    // Reversed, because the first of equal ids counts.
    items = new Map(all.map((item) => [(item as { id?: unknown }).id, item] as const).reverse())
    itemsById.set(stored, items)
  }
  return items.get(itemId)
}

const itemsById = new WeakMap<StoredResponse, ReadonlyMap<unknown, unknown>>()
