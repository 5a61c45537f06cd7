// Starts the official Python library and asks it questions, many at a time. `HARMONY_PYTHON` names the Python to use, `python3` by default.

import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import ranks from 'js-tiktoken/ranks/o200k_base'

const OFFICIAL_SHA256 = '446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d'
const cacheFolder = fileURLToPath(new URL('../../.harmony-cache/', import.meta.url))

/** The official library as a function: cases in, answers out, in order. */
export function startOracle() {
  writeVocabulary()
  const child = spawn(process.env.HARMONY_PYTHON ?? 'python3', [fileURLToPath(new URL('oracle.py', import.meta.url))], {
    env: { ...process.env, TIKTOKEN_ENCODINGS_BASE: cacheFolder },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const waiting = []
  let failure
  createInterface({ input: child.stdout }).on('line', (line) => waiting.shift().resolve(JSON.parse(line)))
  child.on('exit', (code) => {
    failure = new Error(`the official library's process ended with code ${code}: is openai-harmony 0.0.8 installed for it?`)
    for (const { reject } of waiting) reject(failure)
  })
  child.stdin.on('error', () => {})
  return {
    ask(item) {
      if (failure !== undefined) return Promise.reject(failure)
      child.stdin.write(`${JSON.stringify(item)}\n`)
      return new Promise((resolve, reject) => waiting.push({ resolve, reject }))
    },
    stop() {
      child.removeAllListeners('exit')
      child.stdin.end()
    },
  }
}

/** The official vocabulary's file, written from js-tiktoken's ranks, so that the library need not download it. */
function writeVocabulary() {
  const file = `${cacheFolder}o200k_base.tiktoken`
  if (existsSync(file)) return
  const tokens = []
  for (const line of ranks.bpe_ranks.split('\n')) {
    const [, first, ...lineTokens] = line.split(' ')
    lineTokens.forEach((token, index) => (tokens[Number(first) + index] = token))
  }
  const text = tokens.map((token, rank) => `${token} ${rank}\n`).join('')
  const sha256 = createHash('sha256').update(text).digest('hex')
  if (sha256 !== OFFICIAL_SHA256) throw new Error(`o200k_base of js-tiktoken: sha256 ${sha256}, wanted ${OFFICIAL_SHA256}`)
  mkdirSync(cacheFolder, { recursive: true })
  writeFileSync(file, text)
}
