// Packs the vocabulary of o200k_base into src/tokenizer/vocabulary.generated.ts.
//
// Source: the ranks in js-tiktoken (MIT), which are OpenAI's `o200k_base.tiktoken` (MIT).
// They are written out again as that file is and its hash compared, so that what is
// packed is what the official library loads.
//
// A token longer than a byte is made by exactly one last merge of two earlier tokens:
// those two ids are all that is kept of it. They are laid out in planes (all low bytes,
// all middle bytes, …), which compress better than pairs would;
// src/tokenizer/vocabulary.ts reads them. Beside them goes what takes the bytes of all
// tokens to know: which tokens cut characters, and where.

import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import ranks from 'js-tiktoken/ranks/o200k_base'

const OFFICIAL_SHA256 = '446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d'
const output = new URL('../src/tokenizer/vocabulary.generated.ts', import.meta.url)

const tokens = readRanks(ranks.bpe_ranks)
const official = tokens.map((token, rank) => `${token} ${rank}\n`).join('')
const sha256 = createHash('sha256').update(official).digest('hex')
if (sha256 !== OFFICIAL_SHA256) {
  throw new Error(
    `js-tiktoken's o200k_base: sha256 is ${sha256}, wanted the official file's ${OFFICIAL_SHA256}`,
  )
}

const bytesOf = tokens.map((token) => Buffer.from(token, 'base64'))
const idOf = new Map(bytesOf.map((bytes, id) => [bytes.toString('latin1'), id]))
const merges = bytesOf.slice(256).map((bytes, index) => lastMerge(bytes, index + 256))
const planes = Buffer.concat([
  Buffer.from(bytesOf.slice(0, 256).map((bytes) => bytes[0])),
  Buffer.from(merges.map(([left]) => left & 0xff)),
  Buffer.from(merges.map(([left]) => (left >> 8) & 0xff)),
  Buffer.from(merges.map(([, right]) => right & 0xff)),
  Buffer.from(merges.map(([, right]) => (right >> 8) & 0xff)),
  Buffer.from(
    merges
      .filter((_, index) => index % 2 === 0)
      .map((merge, index) => highBits(merge) | (highBits(merges[2 * index + 1]) << 4)),
  ),
  Buffer.from(
    [...lowestPartials()].flatMap(([boundary, id]) => [
      boundary & 0xff,
      boundary >> 8,
      id & 0xff,
      (id >> 8) & 0xff,
      id >> 16,
    ]),
  ),
])
writeFileSync(
  output,
  `// Written by scripts/pack-vocabulary.mjs from OpenAI's o200k_base (MIT) as js-tiktoken (MIT) carries it. Not kept in version control.
export const TOKEN_COUNT: number = ${tokens.length}
export const PACKED_VOCABULARY: string =
  '${planes.toString('base64')}'
`,
)

/**
 * js-tiktoken's lines: a marker, the rank of the line's first token, then the tokens in
 * rank order, as base64.
 */
function readRanks(text) {
  const tokens = []
  for (const line of text.split('\n')) {
    const [, first, ...lineTokens] = line.split(' ')
    lineTokens.forEach((token, index) => (tokens[Number(first) + index] = token))
  }
  return tokens
}

/** The two tokens that byte-pair merging has left just before it makes this one. */
function lastMerge(bytes, id) {
  let parts = [...bytes].map((byte) => String.fromCharCode(byte))
  while (parts.length > 2) {
    let best = id
    let at = -1
    for (let index = 0; index + 1 < parts.length; index++) {
      const rank = idOf.get(parts[index] + parts[index + 1])
      if (rank !== undefined && rank < best) {
        best = rank
        at = index
      }
    }
    if (at < 0) throw new Error(`token ${id}: not made of earlier tokens`)
    parts.splice(at, 2, parts[at] + parts[at + 1])
  }
  return parts.map((part) => idOf.get(part))
}

/** The two highest of the 18 bits of both ids. */
function highBits([left, right]) {
  return (left >> 16) | ((right >> 16) << 2)
}

/**
 * The bytes on either side of a boundary of characters (`before | behind << 8`) → the
 * lowest token across such a boundary that holds only a part of the character before it
 * or behind it.
 */
function lowestPartials() {
  const lowest = new Map()
  bytesOf.forEach((bytes, id) => {
    const boundaries = [...bytes.keys()].filter((at) => at > 0 && !isContinuation(bytes[at]))
    if (boundaries.length === 0) return
    const cutting = []
    if (isContinuation(bytes[0])) cutting.push(boundaries[0])
    const last = boundaries.at(-1)
    if (bytes.length - last < characterLength(bytes[last])) cutting.push(last)
    for (const at of cutting) {
      const boundary = bytes[at - 1] | (bytes[at] << 8)
      if (!lowest.has(boundary)) lowest.set(boundary, id)
    }
  })
  return lowest
}

/** Whether a byte goes on with a character that another began. */
function isContinuation(byte) {
  return (byte & 0xc0) === 0x80
}

/** How many bytes the character that begins with a byte has. */
function characterLength(lead) {
  return lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4
}
