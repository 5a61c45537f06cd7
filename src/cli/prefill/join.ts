import type { HarmonyEncoding } from '../../encoding.js'
import { prefillInfoOf, type PrefillInfo } from '../../prefill/completions.js'
import { customIdOf, isBlank, outcomeOf } from '../../prefill/lines.js'
import { BadInput } from '../failure.js'
import { openInputs, readBatches } from './batches.js'

/**
 * Looks up prefills by their custom_id in a file that is read once, from its beginning, as far as it takes. What it passes over is kept until it is
 * asked for: little or nothing where the answers are in the order of the prefills.
 */
export class PrefillFile {
  readonly #prefills: AsyncGenerator<readonly [customId: string, info: PrefillInfo], void, undefined>
  readonly #passed = new Map<string, PrefillInfo>()
  #last: { readonly customId: string; readonly info: PrefillInfo } | undefined

  constructor(path: string, encoding: HarmonyEncoding) {
    this.#prefills = readPrefills(path, encoding)
  }

  /** The prefills of a batch of answers; those that are not in the file are not in the result. @throws BadInput */
  async findAll(batch: Uint8Array, linesBefore: number): Promise<ReadonlyMap<string, PrefillInfo>> {
    const found = new Map<string, PrefillInfo>()
    for (const customId of customIdsIn(batch, linesBefore)) {
      const info = await this.#find(customId)
      if (info !== undefined) found.set(customId, info)
    }
    return found
  }

  async #find(customId: string): Promise<PrefillInfo | undefined> {
    // Several answers to one prefill follow each other.
    if (this.#last?.customId === customId) return this.#last.info
    let info = this.#passed.get(customId)
    while (info === undefined) {
      const { value, done } = await this.#prefills.next()
      if (done) return undefined
      if (value[0] === customId) info = value[1]
      else this.#passed.set(...value)
    }
    this.#passed.delete(customId)
    this.#last = { customId, info }
    return info
  }
}

function* customIdsIn(batch: Uint8Array, linesBefore: number): Generator<string, void, undefined> {
  let lineNumber = linesBefore
  for (const line of new TextDecoder().decode(batch).split('\n')) {
    lineNumber++
    if (isBlank(line)) continue
    // A line that cannot be read is reported by who reads all of it.
    const outcome = outcomeOf(line, lineNumber, (record) => customIdOf(record) ?? `line-${lineNumber}`)
    if ('record' in outcome) yield outcome.record
  }
}

const JOIN_BATCH_BYTES = 1024 * 1024

async function* readPrefills(path: string, encoding: HarmonyEncoding): AsyncGenerator<readonly [string, PrefillInfo], void, undefined> {
  const inputs = await openInputs([path])
  const stdin = (async function* () {})()
  for await (const { bytes, linesBefore } of readBatches(inputs, { stdin, batchBytes: JOIN_BATCH_BYTES })) {
    let lineNumber = linesBefore
    for (const line of new TextDecoder().decode(bytes).split('\n')) {
      lineNumber++
      if (line !== '') yield readPrefill(line, encoding, `${path}: line ${lineNumber}`)
    }
  }
}

function readPrefill(line: string, encoding: HarmonyEncoding, place: string): readonly [string, PrefillInfo] {
  try {
    const record = JSON.parse(line) as Readonly<Record<string, unknown>>
    const customId = record['custom_id']
    const info = prefillInfoOf(encoding, record)
    if (typeof customId === 'string' && info !== undefined) return [customId, info]
  } catch {
    // Said below.
  }
  throw new BadInput(`${place}: not a line that harmony prefill writes as JSONL, with custom_id and prompt_token_ids`)
}
