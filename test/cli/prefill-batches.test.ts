import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openInputs, readBatches, type Batch, type InputPosition } from '../../src/cli/batch/batches.js'
import { mapInOrder } from '../../src/cli/batch/pool.js'

let folder: string
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'harmony-batches-'))))
afterAll(() => rmSync(folder, { recursive: true }))

interface ReadOptions {
  readonly chunkBytes?: number
  readonly start?: InputPosition
}

const MAX_LINE_BYTES = 12

/** The batches of a text that comes in through standard input. */
async function batchesOf(
  text: string,
  batchBytes: number,
  { chunkBytes = 1000, start }: ReadOptions = {},
): Promise<Batch[]> {
  const bytes = Buffer.from(text)
  const stdin = (async function* () {
    for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes)
  })()
  const options = {
    stdin,
    batchBytes,
    maxLineBytes: MAX_LINE_BYTES,
    ...(start === undefined ? {} : { start }),
  }
  return copies(readBatches(await openInputs(['-']), options))
}

/** The batches, each in memory of its own: the next one takes the memory of the one before. */
async function copies(batches: AsyncIterable<Batch>): Promise<Batch[]> {
  const all: Batch[] = []
  for await (const batch of batches) all.push({ ...batch, bytes: batch.bytes.slice() })
  return all
}

function textOf({ bytes, isOversized }: Batch): string {
  return isOversized ? '(too long)' : Buffer.from(bytes).toString()
}

/** Lines up to three more than may be. */
const text = fc
  .array(
    fc.nat(MAX_LINE_BYTES + 3).map((length) => 'x'.repeat(length)),
    { maxLength: 12 },
  )
  .map((lines) => lines.join('\n'))
const batchBytes = fc.integer({ min: 1, max: 40 })

test('a batch ends with the line in which it reaches its size', async () => {
  expect((await batchesOf('a\nbb\nccc\ndddd\ne', 4)).map(textOf)).toEqual(['a\nbb\n', 'ccc\n', 'dddd\n', 'e'])
})

test('lines that are too long are batches of their own, without their text', async () => {
  expect((await batchesOf(`a\n${'x'.repeat(13)}\nb\n${'y'.repeat(20)}`, 100)).map(textOf)).toEqual([
    'a\n',
    '(too long)',
    'b\n',
    '(too long)',
  ])
})

test('where batches end depends neither on the chunks nor on where reading began', async () => {
  await fc.assert(
    fc.asyncProperty(
      text,
      batchBytes,
      fc.integer({ min: 1, max: 20 }),
      fc.nat(20),
      async (text, batchBytes, chunkBytes, index) => {
        const batches = await batchesOf(text, batchBytes)
        expect(await batchesOf(text, batchBytes, { chunkBytes })).toEqual(batches)
        const end = batches[index % Math.max(1, batches.length)]?.end
        if (end === undefined) return
        const resumed = await batchesOf(text, batchBytes, { chunkBytes, start: end })
        expect(resumed).toEqual(batches.slice((index % batches.length) + 1))
      },
    ),
  )
})

test('batches hold each line once, and count them', async () => {
  await fc.assert(
    fc.asyncProperty(text, batchBytes, async (text, batchBytes) => {
      let lines = 0
      let bytes = 0
      for (const batch of await batchesOf(text, batchBytes)) {
        expect(batch).toMatchObject({ linesBefore: lines, runLinesBefore: lines })
        lines = batch.end.lines
        bytes = batch.end.byteOffset
      }
      expect(lines).toBe(text.split('\n').length - (text === '' || text.endsWith('\n') ? 1 : 0))
      expect(bytes).toBe(text.length)
    }),
  )
})

test('a file is read from the middle, plain or compressed, and its lines are numbered with those before', async () => {
  const [plain, packed] = [join(folder, 'a.jsonl'), join(folder, 'b.gz')]
  writeFileSync(plain, 'a1\na2\na3\n')
  writeFileSync(packed, gzipSync('b1\nb2\nb3\n'))
  const inputs = await openInputs([plain, packed])
  const stdin = (async function* () {})()
  const batches = await copies(readBatches(inputs, { stdin, batchBytes: 1 }))
  expect(
    batches.map((batch) => [textOf(batch), batch.inputIndex, batch.linesBefore, batch.runLinesBefore]),
  ).toEqual([
    ['a1\n', 0, 0, 0],
    ['a2\n', 0, 1, 1],
    ['a3\n', 0, 2, 2],
    ['b1\n', 1, 0, 3],
    ['b2\n', 1, 1, 4],
    ['b3\n', 1, 2, 5],
  ])
  for (const [index, { end }] of batches.entries()) {
    const empty = (async function* () {})()
    expect(await copies(readBatches(inputs, { stdin: empty, batchBytes: 1, start: end }))).toEqual(
      batches.slice(index + 1),
    )
  }
})

test('results come in the order of the items, and no more items are taken than are being worked on', async () => {
  let taken = 0
  let given = 0
  const items = (async function* () {
    for (let index = 0; index < 50; index++) {
      taken++
      expect(taken - given).toBeLessThanOrEqual(4)
      yield index
    }
  })()
  const later = async (index: number): Promise<number> => {
    await new Promise((resolve) => setTimeout(resolve, (index * 7) % 5))
    return index
  }
  for await (const result of mapInOrder(items, later, 4)) expect(result).toBe(given++)
  expect(given).toBe(50)
})

test('a failure comes out in its turn', async () => {
  const items = (async function* () {
    yield* [0, 1, 2]
  })()
  const results: number[] = []
  const reading = (async () => {
    for await (const result of mapInOrder(
      items,
      async (index) => (index === 1 ? Promise.reject(new Error('one')) : index),
      3,
    ))
      results.push(result)
  })()
  await expect(reading).rejects.toThrow('one')
  expect(results).toEqual([0])
})
