import type { HarmonyEncoding } from '../../encoding.js'
import {
  customIdOf,
  ENGINE_OUTPUT,
  isBlank,
  outcomeOf,
  type PrefillInfo,
  prefillInfoOf,
} from '../../batch/index.js'
import { BadInput } from '../failure.js'
import { IdTable } from './id-table.js'
import { readPrefillRows, type PrefillRow } from './prefill-rows.js'
import { linesOfBatch, type BatchWork } from './task.js'

/**
 * Looks up prefills by their custom_id in a file that is read once, from its beginning, as far as it takes. What has been read stays known, in a few bytes
 * a prefill: its answers may come in any order, and more than once. Of several prefills with one id, the first counts.
 */
export class PrefillFile {
  readonly #rows: AsyncGenerator<PrefillRow, void, undefined>
  readonly #encoding: HarmonyEncoding
  /** Indexes into `#infos`. */
  readonly #indexes = new IdTable()
  /** Those that differ: mostly one for each length. */
  readonly #infos: PrefillInfo[] = []
  readonly #indexOfInfo = new Map<string, number>()

  constructor(path: string, encoding: HarmonyEncoding) {
    this.#rows = readPrefillRows(path)
    this.#encoding = encoding
  }

  /** The prefills of a batch of answers; those that are not in the file are not in the result. @throws BadInput */
  async findAll(work: BatchWork): Promise<ReadonlyMap<string, PrefillInfo>> {
    const found = new Map<string, PrefillInfo>()
    for (const customId of customIdsIn(work)) {
      if (found.has(customId)) continue
      const info = await this.#find(customId)
      if (info !== undefined) found.set(customId, info)
    }
    return found
  }

  /** Nothing more is asked for. */
  async close(): Promise<void> {
    await this.#rows.return()
  }

  async #find(customId: string): Promise<PrefillInfo | undefined> {
    const index = this.#indexes.get(customId)
    if (index !== undefined) return this.#infos[index]
    for (;;) {
      const { value, done } = await this.#rows.next()
      if (done) return undefined
      const [id, info] = this.#read(value)
      this.#indexes.add(id, this.#intern(info))
      if (id === customId) return info
    }
  }

  #read({ place, row }: PrefillRow): readonly [customId: string, info: PrefillInfo] {
    try {
      const customId = customIdOf(row)
      const info = prefillInfoOf(this.#encoding, row)
      if (customId !== undefined && info !== undefined) return [customId, info]
    } catch {
      // Said below.
    }
    throw new BadInput(`${place}: not what harmony prefill writes, with custom_id and prompt_token_ids`)
  }

  #intern(info: PrefillInfo): number {
    const key = JSON.stringify(info)
    const known = this.#indexOfInfo.get(key)
    if (known !== undefined) return known
    this.#indexOfInfo.set(key, this.#infos.length)
    return this.#infos.push(info) - 1
  }
}

function* customIdsIn(work: BatchWork): Generator<string, void, undefined> {
  for (const line of linesOfBatch(work)) {
    if (typeof line !== 'string' || isBlank(line)) continue
    // A line that cannot be read is reported by who reads all of it.
    const outcome = outcomeOf(line, 0, customIdOf, ENGINE_OUTPUT)
    if ('record' in outcome && outcome.record !== undefined) yield outcome.record
  }
}
