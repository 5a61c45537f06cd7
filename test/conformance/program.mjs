// A program for `harmony conform`: node program.mjs MODE. It knows what is expected, and answers it, apart from what its mode says.

import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

const mode = process.argv[2]
const vectors = JSON.parse(
  readFileSync(new URL('../../conformance/vectors/streaming.json', import.meta.url), 'utf8'),
)
const expectedOf = new Map(vectors.map(({ id, expected }) => [id, expected]))

if (mode === 'dies-at-once') fail()

const waiting = []
for await (const line of createInterface({ input: process.stdin })) {
  const { id } = JSON.parse(line)
  const answer = JSON.stringify({ id, ...expectedOf.get(id) })
  const name = id.slice('streaming/'.length)
  if (mode === 'wrong' && name === 'final') console.log(JSON.stringify({ id, states: [] }))
  else if (mode === 'wrong' && name === 'call')
    console.log(JSON.stringify({ id, error: 'cannot\u001b[31m read `this`' }))
  else if (mode === 'dies' && ['call', 'started'].includes(name)) fail()
  else if (mode === 'hangs' && name === 'call') await new Promise((resolve) => setTimeout(resolve, 60_000))
  else if (mode === 'garbage' && name === 'final') console.log('loading model…\n{"answer": 1}\n[1]')
  else if (mode === 'skips' && name === 'final') continue
  else if (mode === 'answers-twice' && name === 'final') console.log(`${answer}\n${answer}`)
  else if (mode === 'supports-nothing') console.log(JSON.stringify({ id, unsupported: true }))
  else if (mode === 'supports-some' && name === 'final')
    console.log(JSON.stringify({ id, unsupported: true }))
  else if (mode === 'backwards') waiting.unshift(answer)
  else console.log(answer)
}
if (waiting.length > 0) console.log(waiting.join('\n\n'))

function fail() {
  console.error('a first line\nout of ideas')
  process.exit(3)
}
