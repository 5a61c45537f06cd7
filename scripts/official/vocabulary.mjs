// Writes the vocabulary file that the official library would download, from js-tiktoken's ranks: one line a token, its bytes in base64, a
// space, its rank. Usage: node scripts/official/vocabulary.mjs FOLDER
import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import ranks from 'js-tiktoken/ranks/o200k_base'

const SHA256 = '446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d'

const folder = process.argv[2]
if (folder === undefined) throw new Error('usage: node scripts/official/vocabulary.mjs FOLDER')

// js-tiktoken keeps runs of tokens: "! {rank of the first} {base64} {base64} …".
const tokens = []
for (const run of ranks.bpe_ranks.split('\n')) {
  const [, first, ...texts] = run.split(' ')
  texts.forEach((text, i) => (tokens[Number(first) + i] = text))
}

const file = tokens.map((token, rank) => `${token} ${rank}\n`).join('')
const hash = createHash('sha256').update(file).digest('hex')
if (hash !== SHA256)
  throw new Error(
    `o200k_base.tiktoken: sha256 is ${hash}, wanted ${SHA256}: has js-tiktoken changed its ranks?`,
  )

mkdirSync(folder, { recursive: true })
writeFileSync(join(folder, 'o200k_base.tiktoken'), file)
