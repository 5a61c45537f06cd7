import { expect, test } from 'vitest'
import { loadHarmonyEncoding } from '../../src/index.js'
import facts from '../../fixtures/official/encoding.json' with { type: 'json' }

const encoding = loadHarmonyEncoding('HarmonyGptOss')
const byNumber = (one: number, other: number): number => one - other

test('encoding/special tokens', () => {
  expect(encoding.specialTokens().sort()).toEqual(facts.specialTokens.map(({ text }) => text).sort())
  for (const { token, text } of facts.specialTokens) {
    expect(encoding.isSpecialToken(token)).toBe(true)
    expect(encoding.decodeUtf8([token])).toBe(text)
    expect(encoding.encode(text, { allowedSpecial: [text] })).toEqual([token])
  }
})

test('encoding/no other token is special', () => {
  const special = new Set(facts.specialTokens.map(({ token }) => token))
  for (let token = 0; token < 202_000; token++)
    if (encoding.isSpecialToken(token) !== special.has(token)) expect.fail(`token ${token}`)
})

test('encoding/stop tokens', () => {
  expect(encoding.stopTokens().sort(byNumber)).toEqual(facts.stopTokens)
  expect(encoding.stopTokensForAssistantActions().sort(byNumber)).toEqual(facts.stopTokensForAssistantActions)
})
