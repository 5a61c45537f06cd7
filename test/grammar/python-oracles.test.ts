import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { loadHarmonyEncoding } from 'gpt-oss-harmony'
import { createGrammar } from 'gpt-oss-harmony/grammar'
import { expect, test } from 'vitest'
import { hasPython, PYTHON } from '../examples/python.js'
import { CASES, turnsOf } from './turns.js'

// What xgrammar and llguidance judged: judged.json has a digest of each grammar, so that a change of one must be judged anew. Where Python
// has both packages, they judge now. `HARMONY_RECORD=1 HARMONY_PYTHON=… npx vitest run test/grammar` records.

const RECORD = new URL('judged.json', import.meta.url)

const grammars = Object.entries(CASES).map(([name, { options }]) => {
  const grammar = createGrammar(options)
  return { name, structuralTag: grammar.toStructuralTag(), lark: grammar.toLark(), turns: turnsOf(name) }
})

const digests = Object.fromEntries(
  grammars.map(({ name, structuralTag, lark, turns }) => [
    name,
    createHash('sha256')
      .update(JSON.stringify([structuralTag, lark, turns]))
      .digest('hex'),
  ]),
)

test.skipIf(!hasPython('xgrammar', 'llguidance'))(
  'xgrammar, by token ids, and llguidance admit right turns to the end and refuse others at the first wrong token',
  () => {
    const encoding = loadHarmonyEncoding('HarmonyGptOss')
    const input = JSON.stringify({
      vocabulary: Array.from({ length: 201_088 }, (_, token) =>
        Buffer.from(encoding.decodeBytes([token])).toString('base64'),
      ),
      cases: grammars.map(({ turns, ...rest }) => ({ ...rest, turns: turns.map(({ tokens }) => tokens) })),
    })
    const { stdout, stderr } = spawnSync(PYTHON, ['test/grammar/judge.py'], {
      input,
      encoding: 'utf8',
      maxBuffer: 1e8,
    })
    expect(stdout, stderr).not.toBe('')
    const { versions, cases } = JSON.parse(stdout) as {
      versions: object
      cases: { structuralTag: unknown[]; lark: unknown[] }[]
    }
    grammars.forEach(({ name, turns }, i) => {
      const verdicts = turns.map(({ verdict }) => verdict)
      expect({ name, ...cases[i] }).toEqual({ name, structuralTag: verdicts, lark: verdicts })
    })
    if (process.env['HARMONY_RECORD'] !== undefined)
      writeFileSync(RECORD, `${JSON.stringify({ versions, digests }, null, 2)}\n`)
  },
)

test('every structural tag and Lark grammar is one that xgrammar and llguidance judged', () => {
  expect(digests).toEqual((JSON.parse(readFileSync(RECORD, 'utf8')) as { digests: object }).digests)
})
