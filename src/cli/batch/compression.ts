import process from 'node:process'
import { Readable, type Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import * as zlib from 'node:zlib'
import { WrongUsage } from '../failure.js'

/** How a file is compressed. */
export type Compression = 'gzip' | 'zstd'

/** How many bytes at the front of a file tell its compression. */
export const COMPRESSION_HEAD_BYTES = 4

const MAGIC: Readonly<Record<Compression, readonly number[]>> = {
  gzip: [0x1f, 0x8b],
  zstd: [0x28, 0xb5, 0x2f, 0xfd],
}

/** The compression that the first bytes tell; `undefined` if there is none. */
export function compressionOf(head: Uint8Array): Compression | undefined {
  return COMPRESSIONS.find((compression) => MAGIC[compression].every((byte, i) => head[i] === byte))
}

const COMPRESSIONS = ['gzip', 'zstd'] as const satisfies readonly Compression[]

function compressionOfName(name: string): Compression | undefined {
  return name.endsWith('.gz') ? 'gzip' : name.endsWith('.zst') ? 'zstd' : undefined
}

/** What Node has of zstd: nothing before 22.15. */
interface ZstdFunctions {
  createZstdDecompress?(options: { readonly chunkSize: number }): Transform
  zstdCompressSync?(bytes: Uint8Array): Buffer
}
const zstd = zlib as object as ZstdFunctions

/** What to compress an output of that name with. @throws WrongUsage if this Node cannot */
export function outputCompression(name: string): Compression | undefined {
  const compression = compressionOfName(name)
  const reason = compression && missingSupport(compression)
  if (reason !== undefined)
    throw new WrongUsage(`${name}: ${reason}: name a .gz file, or compress it afterwards`)
  return compression
}

/** A file's name without the ending of its compression. */
export function uncompressedName(name: string): string {
  return compressionOfName(name) === undefined ? name : name.replace(/\.\w+$/, '')
}

/** Why this Node cannot read or write a compression; `undefined` if it can. */
export function missingSupport(compression: Compression): string | undefined {
  return compression === 'gzip' || zstd.createZstdDecompress !== undefined
    ? undefined
    : `zstd needs Node 22.15 or later, and this is ${process.version}`
}

/** @throws the errors of `node:zlib` for damaged data */
export async function* decompressed(
  chunks: AsyncIterable<Uint8Array>,
  compression: Compression,
  chunkSize: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  const stream =
    compression === 'gzip' ? zlib.createGunzip({ chunkSize }) : zstd.createZstdDecompress!({ chunkSize })
  // Its error comes out of the loop below; and what follows the last member, as the zeros that tar and tapes add, ends it before its source does.
  pipeline(Readable.from(chunks), stream).catch(() => undefined)
  yield* stream as AsyncIterable<Uint8Array>
}

/** Compresses bytes by themselves: such members one after the other are a whole file again. */
export function compress(bytes: Uint8Array, compression: Compression): Uint8Array<ArrayBuffer> {
  return new Uint8Array(compression === 'gzip' ? zlib.gzipSync(bytes) : zstd.zstdCompressSync!(bytes))
}
