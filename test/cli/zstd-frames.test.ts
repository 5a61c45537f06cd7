import { expect, test } from 'vitest'
import { cutAtFrames } from '../../src/cli/batch/zstd-frames.js'
import { collect } from '../batch/collect.js'

/** Frames as the zstd command line 1.5.4 writes them. */
const FRAMES = {
  nothing: '28b52ffd240001000099e9d851',
  'nothing, unchecked': '28b52ffd2000010000',
  hello: '28b52ffd045829000068656c6c6fa36d9f88',
  'hello, unchecked': '28b52ffd005829000068656c6c6f',
  '3000 zeros': '28b52ffd04584d00001000000100b3f30116bddbcb4f',
  'a skippable frame': '502a4d1803000000010203',
}
const bytesOf = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'))
const frames = Object.entries(FRAMES)

async function cut(bytes: Uint8Array, chunkLength: number): Promise<string[]> {
  const chunks = Array.from({ length: Math.ceil(bytes.length / chunkLength) }, (_, i) =>
    bytes.subarray(i * chunkLength, (i + 1) * chunkLength),
  )
  const pieces = await collect(
    cutAtFrames(
      (async function* () {
        yield* chunks
      })(),
    ),
  )
  return pieces.map((piece) => Buffer.from(piece).toString('hex'))
}

test('cuts after each frame, and nowhere else within a chunk', async () => {
  const all = bytesOf(frames.map(([, hex]) => hex).join(''))
  expect(await cut(all, all.length)).toEqual(frames.map(([, hex]) => hex))
})

test('however the chunks are cut, no piece goes beyond a frame', async () => {
  const all = frames.map(([, hex]) => hex).join('')
  const ends = frames.map((_, i) => lengthTo(i))
  for (let length = 1; length < 20; length++) {
    const pieces = await cut(bytesOf(all), length)
    expect(pieces.join('')).toBe(all)
    let end = 0
    const pieceEnds = pieces.map((piece) => (end += piece.length / 2))
    for (const frameEnd of ends) expect(pieceEnds).toContain(frameEnd)
  }
})

function lengthTo(index: number): number {
  return frames.slice(0, index + 1).reduce((sum, [, hex]) => sum + hex.length / 2, 0)
}

test.each(frames)('%s that ends too early is an error wherever it ends', async (_, hex) => {
  const bytes = bytesOf(FRAMES.hello + hex)
  for (let length = bytesOf(FRAMES.hello).length + 1; length < bytes.length; length++)
    await expect(cut(bytes.subarray(0, length), 7)).rejects.toMatchObject({
      code: 'ZSTD_error_srcSize_wrong',
    })
})

test.each(['00000000', '1f8b0800', '28b52ffe'])('%s is no frame', async (hex) => {
  await expect(cut(bytesOf(FRAMES.hello + hex), 5)).rejects.toMatchObject({
    code: 'ZSTD_error_prefix_unknown',
  })
})
