import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { loadHarmonyEncoding, parseConversation, parseMessage } from 'gpt-oss-harmony'
import { prefillLines } from 'gpt-oss-harmony/batch'
import { harmony } from '../cli/harmony.js'

// What the Python classes make of JSON, see fixtures/official/README.md. vectors.test.ts runs parseConversation over the same cases.

interface Case {
  readonly name: string
  readonly input: { readonly conversation?: unknown; readonly json?: string }
  readonly expected: { readonly tokens: readonly number[] } | { readonly error: string }
}
const { cases } = read('documents') as { readonly cases: readonly Case[] }
const known = (read('known-differences') as { readonly differences: readonly { readonly case: string }[] })
  .differences

function read(file: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../fixtures/official/${file}.json`, import.meta.url), 'utf8'))
}

test('batches read conversations as the Python classes do', async () => {
  const compared = cases.filter(({ name }) => !known.some(({ case: title }) => title === `document/${name}`))
  const lines = compared.map(({ input }) => input.json ?? JSON.stringify(input.conversation))
  let index = 0
  for await (const outcome of prefillLines(loadHarmonyEncoding('HarmonyGptOss'), lines, {
    from: 'conversation',
  })) {
    const { name, expected } = compared[index++]
    const observed = 'record' in outcome ? { tokens: [...outcome.record.promptTokenIds] } : { error: true }
    expect(observed, name).toEqual('tokens' in expected ? { tokens: expected.tokens } : { error: true })
  }
  expect(index).toBe(compared.length)
})

test('the command render reads a conversation as the Python classes do', async () => {
  const { input, expected } = cases.find(({ name }) => name === 'no key')!
  const { stdout } = await harmony(['render'], { stdin: JSON.stringify(input.conversation) })
  expect(JSON.parse(stdout)).toMatchObject({ tokens: (expected as { tokens: readonly number[] }).tokens })
})

test('nothing is copied that lacks nothing, and what is given is not changed', () => {
  const whole = { messages: [{ role: 'system', content: 'Plain.' }] }
  expect(parseConversation(whole)).toBe(whole)
  const bare = Object.freeze({ role: 'system', content: Object.freeze([{ type: 'system_content' }]) })
  expect(parseMessage(bare)).not.toEqual(bare)
  expect(bare.content).toEqual([{ type: 'system_content' }])
})

test('undefined is a missing key, as JSON has it', () => {
  const content = [{ type: 'system_content', reasoning_effort: undefined, knowledge_cutoff: null }]
  expect(parseMessage({ role: 'system', content }).content).toMatchObject([
    { reasoning_effort: 'Medium', knowledge_cutoff: null },
  ])
})
