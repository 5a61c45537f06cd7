import { createHash } from 'node:crypto'

/**
 * A number for each of many ids, in 20 bytes an id and what the table keeps free, however long the ids are: of an id it knows 128 bits of a hash. An id
 * that comes again keeps its first number.
 */
export class IdTable {
  #slots = new Uint32Array(INITIAL_SLOTS * WORDS)
  #size = 0

  /** @param number below 2³² − 1 */
  add(id: string, number: number): void {
    if (this.#size >= (this.#slots.length / WORDS) * MAX_LOAD) this.#grow()
    const hash = hashOf(id)
    const slot = this.#slotOf(hash)
    if (this.#slots[slot + HASH_WORDS] !== 0) return
    this.#slots.set(hash, slot)
    this.#slots[slot + HASH_WORDS] = number + 1
    this.#size++
  }

  get(id: string): number | undefined {
    const number = this.#slots[this.#slotOf(hashOf(id)) + HASH_WORDS]
    return number === 0 ? undefined : number - 1
  }

  /** Where the hash is, or would be: the first slot from its own on that holds it, or is free. */
  #slotOf(hash: Uint32Array): number {
    const slots = this.#slots
    for (let slot = (hash[0] * WORDS) % slots.length; ; slot = (slot + WORDS) % slots.length) {
      if (slots[slot + HASH_WORDS] === 0 || hash.every((word, i) => slots[slot + i] === word)) return slot
    }
  }

  #grow(): void {
    const old = this.#slots
    this.#slots = new Uint32Array(old.length * 2)
    for (let slot = 0; slot < old.length; slot += WORDS) {
      if (old[slot + HASH_WORDS] !== 0)
        this.#slots.set(old.subarray(slot, slot + WORDS), this.#slotOf(old.subarray(slot, slot + HASH_WORDS)))
    }
  }
}

const HASH_WORDS = 4
/** The hash, and the number plus one; 0 is free. */
const WORDS = HASH_WORDS + 1
const INITIAL_SLOTS = 1024
const MAX_LOAD = 0.7

function hashOf(id: string): Uint32Array {
  const { buffer, byteOffset } = createHash('sha256').update(id).digest()
  return new Uint32Array(buffer.slice(byteOffset, byteOffset + 4 * HASH_WORDS))
}
