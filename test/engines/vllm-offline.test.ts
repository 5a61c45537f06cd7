import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { harmony } from '../cli/harmony.js'
import { plainReading } from './plain-reading.js'
import { impossibleAfter } from './table.js'

// The offline way as docs/prefill.md has it, with the real vLLM and the tiny model: `npm run test:engines -- vllm`.

const python = process.env['HARMONY_VLLM_PYTHON']
const model = process.env['HARMONY_VLLM_MODEL']
const folder = mkdtempSync(join(tmpdir(), 'harmony-offline-'))
afterAll(() => rmSync(folder, { recursive: true }))

const isThere = python !== undefined && model !== undefined
describe.skipIf(!isThere)(
  isThere ? 'vllm_offline.py' : 'vllm_offline.py (skipped: run `npm run test:engines -- vllm`)',
  () => {
    test('goes from requests to answers', async () => {
      const [requests, prompts, outputs, answers] = ['requests', 'prompts', 'outputs', 'answers'].map(
        (name) => join(folder, `${name}.jsonl`),
      ) as [string, string, string, string]
      const parameters = { type: 'object', properties: { location: { type: 'string' } } }
      const tools = [{ type: 'function', function: { name: 'get_weather', parameters } }]
      // Without seeds: vLLM 0.32 on a CPU dies when it cuts the prefill of a request that has one ("CPU Generator does not
      // use offset").
      const bodies = Array.from({ length: 50 }, (_, index) => ({
        custom_id: `request-${index}`,
        messages: [{ role: 'user', content: `How is Rome, ${index}?` }],
        tools,
        max_tokens: 100,
        n: 1 + (index % 2),
      }))
      writeFileSync(requests, bodies.map((body) => `${JSON.stringify(body)}\n`).join(''))

      expect((await harmony(['prefill', requests, '-o', prompts])).code).toBe(0)
      execFileSync(python!, ['examples/vllm_offline.py', prompts, outputs, model!], { stdio: 'pipe' })
      const { code, stderr } = await harmony(['completions', outputs, '-o', answers, '--prefill', prompts])
      expect(code, stderr).toBe(0)

      const prefills = linesOf<Prefill>(prompts)
      const sampled = linesOf<Sampled>(outputs).flatMap(({ custom_id, outputs: list }) =>
        list.map(({ token_ids: tokens }, index) => ({ custom_id, tokens, index })),
      )
      const read = linesOf<Answer>(answers)
      expect([prefills.length, sampled.length, read.length]).toEqual([50, 75, 75])
      let plainCount = 0
      for (const [at, { custom_id, tokens, index }] of sampled.entries()) {
        const answer = read[at]
        expect([answer.custom_id, answer.index ?? 0]).toEqual([custom_id, index])
        const { prompt_token_ids: prompt } = prefills.find((prefill) => prefill.custom_id === custom_id)!
        expect(impossibleAfter(prompt, tokens)).toEqual([])
        const plain = plainReading(tokens)
        if (plain === undefined || Object.keys(answer.deviations).length > 0) continue
        plainCount++
        const contentsOf = (channel: string) =>
          plain
            .filter((message) => message.channel === channel && message.recipient === undefined)
            .map(({ content }) => content)
            .join('\n')
        expect([answer.reasoning, answer.final]).toEqual([contentsOf('analysis'), contentsOf('final')])
        const calls = plain.filter(({ recipient }) => recipient !== undefined)
        expect(
          answer.tool_calls.map((call) => `functions.${call.function.name} ${call.function.arguments}`),
        ).toEqual(calls.map(({ recipient, content }) => `${recipient} ${content || '{}'}`))
      }
      expect(plainCount).toBeGreaterThan(30)
    }, 300_000)
  },
)

function linesOf<T>(path: string): T[] {
  return readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as T)
}

interface Prefill {
  readonly custom_id: string
  readonly prompt_token_ids: number[]
}

interface Sampled {
  readonly custom_id: string
  readonly outputs: readonly { readonly token_ids: number[] }[]
}

interface Answer {
  readonly custom_id: string
  readonly index?: number
  readonly reasoning: string
  readonly final: string
  readonly tool_calls: readonly { readonly function: { readonly name: string; readonly arguments: string } }[]
  readonly deviations: Readonly<Record<string, number>>
}
