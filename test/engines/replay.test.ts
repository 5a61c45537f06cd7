import { expect, test } from 'vitest'
import { replayEngine } from '../../src/engines/index.js'
import { collect } from './collect.js'

const HELLO = [200005, 17196, 200008, 13225, 0, 200002]
const TEXT = '<|channel|>final<|message|>Hello!<|return|>'

test('reads text with markers as the ids that it spells', async () => {
  const { tokens, finish, chunks } = await collect(replayEngine([{ text: TEXT }]), [1])
  expect(tokens).toEqual(HELLO)
  expect(finish).toEqual({ reason: 'stop', stopToken: 200002 })
  expect(chunks.slice(0, -1).map((chunk) => chunk.tokens.length)).toEqual([1, 1, 1, 1, 1, 1])
})

test('takes completions in order, and begins again after the last', async () => {
  const engine = replayEngine([{ token_ids: [1, 200002] }, { token_ids: [2, 200002] }])
  const firsts = []
  for (let i = 0; i < 3; i++) firsts.push((await collect(engine, [9])).tokens[0])
  expect(firsts).toEqual([1, 2, 1])
})

test('prefers a completion for this prefill', async () => {
  const engine = replayEngine([{ token_ids: [1] }, { token_ids: [2], prompt_token_ids: [7, 8] }])
  expect((await collect(engine, [7, 8])).tokens).toEqual([2])
  expect((await collect(engine, [7])).tokens).toEqual([1])
})

test('refuses a prefill that no completion answers', async () => {
  const engine = replayEngine([{ token_ids: [2], prompt_token_ids: [7, 8] }])
  expect((await collect(engine, [7, 8])).tokens).toEqual([2])
  await expect(collect(engine, [7])).rejects.toMatchObject({ code: 'engine-refused' })
})

test('ends at a stop token, and at maxTokens', async () => {
  const engine = replayEngine([{ token_ids: [1, 2, 200012, 3] }], { tokensPerChunk: 2 })
  expect(await collect(engine, [])).toMatchObject({
    tokens: [1, 2, 200012],
    finish: { reason: 'stop', stopToken: 200012 },
  })
  expect(await collect(engine, [], { maxTokens: 2 })).toMatchObject({
    tokens: [1, 2],
    finish: { reason: 'length' },
  })
})

test('says that it stopped without naming a stop token that is not there, or what it was told to say', async () => {
  expect((await collect(replayEngine([{ token_ids: [1] }]), [])).finish).toEqual({ reason: 'stop' })
  const cut = replayEngine([{ token_ids: [1], finish_reason: 'length' }])
  expect((await collect(cut, [])).finish).toEqual({ reason: 'length' })
})

test('fails with the words that it was told to fail with, after the tokens', async () => {
  const tokens: number[] = []
  const run = async () => {
    const engine = replayEngine([{ token_ids: [1, 2], error: 'out of memory' }])
    for await (const chunk of engine.generate([], { stop: [] })) tokens.push(...chunk.tokens)
  }
  await expect(run()).rejects.toMatchObject({ code: 'engine-failed', message: 'replay: out of memory' })
  expect(tokens).toEqual([1, 2])
})

test('an abort ends the wait for the next chunk with its reason', async () => {
  const engine = replayEngine([{ token_ids: [1, 2], delay_ms: 60_000 }])
  const controller = new AbortController()
  const run = collect(engine, [], { signal: controller.signal })
  controller.abort(new Error('enough'))
  await expect(run).rejects.toThrow('enough')
})

test('a completion needs text or token_ids', () => {
  expect(() => replayEngine([{}])).toThrow(TypeError)
})
