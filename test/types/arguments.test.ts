import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { createTextParser, finalTextOf, loadHarmonyEncoding, toolCallsOf } from 'gpt-oss-harmony'
import * as agents from 'gpt-oss-harmony/agents'
import * as aiSdk from 'gpt-oss-harmony/ai-sdk'
import { prefillLines } from 'gpt-oss-harmony/batch'
import { toChatCompletion } from 'gpt-oss-harmony/chat'
import { replayEngine } from 'gpt-oss-harmony/engines'
import { createGateway } from 'gpt-oss-harmony/gateway'
import { runTurn } from 'gpt-oss-harmony/generate'
import { createResponsesStream, renderResponsesRequest, toResponse } from 'gpt-oss-harmony/responses'
import { fitsContext } from 'gpt-oss-harmony/tokens'
import { createBrowser, createToolSet } from 'gpt-oss-harmony/tools'
import { lossMask, withFinalTerminators } from 'gpt-oss-harmony/training'
import { Transcript } from 'gpt-oss-harmony/transcript'
import { publicEntries } from '../../scripts/public-entries.mjs'

// What callers get whom TypeScript does not warn.

const encoding = loadHarmonyEncoding('HarmonyGptOss')
const wrong = (value: unknown) => value as never

interface TakesEncoding {
  readonly name: string
  call(encoding: unknown): unknown
}

/** Every public function and class whose first parameter is called `encoding`. */
const takers: TakesEncoding[] = [
  { name: 'Transcript.fromJSON', call: (value) => Transcript.fromJSON(wrong(value), {}) },
]
for (const { specifier, source } of publicEntries) {
  const internal = readFileSync(new URL(`../../${source}`, import.meta.url), 'utf8').split(
    '// Used by other rooms.',
  )[1]
  for (const [name, value] of Object.entries((await import(specifier)) as Record<string, unknown>)) {
    if (typeof value !== 'function' || new RegExp(`\\b${name}\\b`).test(internal ?? '')) continue
    const text = Function.prototype.toString.call(value)
    const takesEncoding = /^(async )?function\*? ?\w+\(encoding\b|^class[^]*?\bconstructor\(encoding\b/.test(
      text,
    )
    // A transcript's constructor is internal.
    if (!takesEncoding || name === 'Transcript' || takers.some((taker) => taker.name === name)) continue
    const isClass = text.startsWith('class')
    const call = (first: unknown): unknown =>
      isClass
        ? new (value as new (...values: unknown[]) => unknown)(first, null, {})
        : (value as (...values: unknown[]) => unknown)(first, {}, {})
    takers.push({ name, call })
  }
}

test.each(takers)('$name names itself when it gets no encoding', async ({ name, call }) => {
  for (const value of [undefined, null, {}, 'HarmonyGptOss']) {
    const run = async () => {
      const result = call(value) as Partial<AsyncIterator<unknown>> | undefined
      await result?.next?.()
    }
    await expect(run).rejects.toThrow(new TypeError(`${name}: ${NO_ENCODING}`))
  }
})

const NO_ENCODING = "the first argument is no encoding, wanted loadHarmonyEncoding('HarmonyGptOss')"

test('functions that take an encoding are found', () => {
  const names = takers.map(({ name }) => name)
  for (const name of ['StreamableParser', 'parseStream', 'toChatCompletion', 'countTokens', 'prefillLines'])
    expect(names).toContain(name)
  expect(names.length).toBeGreaterThan(20)
})

test.each([
  ['createTextParser', () => createTextParser(wrong(undefined))],
  ['createToolSet', () => createToolSet(wrong({ add: () => 3 }))],
  ['replayEngine', () => replayEngine(wrong({ text: 'Hi' }))],
  ['createGateway', () => createGateway(wrong({}))],
  ['createHarmony', () => agents.createHarmony(wrong({}))],
  ['createHarmony', () => aiSdk.createHarmony(wrong({}))],
  ['runTurn', () => runTurn(wrong(undefined))],
  ['runTurn', () => runTurn(wrong({ engine: replayEngine([]) }))],
  ['createBrowser', () => createBrowser(wrong({ search: () => [] }))],
  ['finalTextOf', () => finalTextOf(wrong({ messages: [] }))],
  ['toolCallsOf', () => toolCallsOf(wrong(undefined))],
  ['lossMask', () => lossMask(wrong([200006]))],
  ['withFinalTerminators', () => withFinalTerminators(wrong([200006]), 'end')],
  ['toChatCompletion', () => toChatCompletion(encoding, wrong('Hi'))],
  ['toResponse', () => toResponse(encoding, wrong(undefined))],
  ['renderResponsesRequest', () => renderResponsesRequest(encoding, wrong({ input: 'Hi' }))],
  ['request', () => createResponsesStream(encoding, wrong({ request: { input: 'Hi' } }))],
  ['tokens', () => encoding.decode(wrong(13225))],
  ['count', () => fitsContext(wrong([200006]))],
  ['lines', () => prefillLines(encoding, '{"messages": []}').next()],
])('%s is named in the error for an argument of the wrong kind', async (name, call) => {
  await expect(async () => call()).rejects.toThrow(
    expect.objectContaining({ name: 'TypeError', message: expect.stringMatching(`^${name}: `) as string }),
  )
})
