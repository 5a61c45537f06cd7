import { base64Length, decodeBase64 } from './base64.js'
import { CLASS_RUNS } from './character-classes.generated.js'
import { LARGEST_KEPT, type SegmentEncoder } from './segment-encoder.js'
import { SEGMENT } from './segments.js'
import { writeUtf8 } from './utf8.js'
import { BYTE_COUNT, PACKED_LENGTH, TOKEN_COUNT, unpackVocabulary } from './vocabulary.js'
import { WASM } from './wasm.generated.js'

/**
 * The encoder in WebAssembly, whose source is AssemblyScript in `wasm/`. It is compiled
 * before it runs, and never again: a text that nobody has seen is encoded at full speed.
 */
export class WasmEncoder implements SegmentEncoder {
  #kernel: Kernel
  #capacity = 0
  #bytes = new Uint8Array(0)
  tokens = new Int32Array(0)

  /** @throws Error where WebAssembly is missing or forbidden, or lacks vectors */
  constructor() {
    this.#kernel = startKernel()
    this.#reserve(3 * SEGMENT)
  }

  encode(text: string): number {
    const capacity = 3 * text.length
    if (capacity > this.#capacity) this.#reserve(capacity)
    else if (this.#capacity > LARGEST_KEPT && capacity <= LARGEST_KEPT) {
      // WebAssembly's memory never shrinks: after a giant piece, a new one begins.
      this.#kernel = startKernel()
      this.#reserve(Math.max(capacity, 3 * SEGMENT))
    }
    return this.#kernel.encode(writeUtf8(text, this.#bytes))
  }

  clearCache(): void {
    this.#kernel.clearCache()
  }

  #reserve(capacity: number): void {
    const { memory, reserve, textAt, tokensAt } = this.#kernel
    grow(memory, reserve(capacity))
    // Growing replaces the buffer.
    this.#bytes = new Uint8Array(memory.buffer, textAt.value, capacity)
    this.tokens = new Int32Array(memory.buffer, tokensAt(), capacity)
    this.#capacity = capacity
  }
}

/** What `wasm/index.ts` exports. Places are in bytes. */
interface Kernel {
  readonly memory: WebAssembly.Memory
  readonly packedAt: WebAssembly.Global<'i32'>
  readonly textAt: WebAssembly.Global<'i32'>
  reserve(capacity: number): number
  tokensAt(): number
  loadClasses(length: number): void
  loadBytes(length: number, tokenCount: number): void
  loadMerges(first: number, end: number): void
  encode(length: number): number
  clearCache(): void
}

let module: WebAssembly.Module | undefined

function startKernel(): Kernel {
  module ??= new WebAssembly.Module(decodeBase64(WASM, new Uint8Array(base64Length(WASM))))
  const kernel = new WebAssembly.Instance(module).exports as unknown as Kernel
  const { memory, packedAt, textAt } = kernel
  grow(memory, textAt.value)
  const packed = new Uint8Array(memory.buffer, packedAt.value, PACKED_LENGTH)
  kernel.loadClasses(writeUtf8(CLASS_RUNS, packed))
  unpackVocabulary(packed)
  kernel.loadBytes(PACKED_LENGTH, TOKEN_COUNT)
  // In many calls, as the engine goes over to faster code between them.
  for (let token = BYTE_COUNT; token < TOKEN_COUNT; token += MERGES_AT_ONCE)
    kernel.loadMerges(token, Math.min(token + MERGES_AT_ONCE, TOKEN_COUNT))
  packed.fill(0)
  return kernel
}

const MERGES_AT_ONCE = 2000

/** @throws RangeError where there is no memory of that size */
function grow(memory: WebAssembly.Memory, size: number): void {
  const missing = size - memory.buffer.byteLength
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE))
}

const PAGE = 0x1_0000
