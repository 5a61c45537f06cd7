import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { harmony } from '../cli/harmony.js'
import { hasPython, runPython } from './python.js'

// From requests to answers, with an engine's stub in place of the engine: examples/vllm_offline.py and examples/sglang_offline.py read what `harmony
// prefill` writes, and write what `harmony completions` reads.

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'harmony-engines-'))))
afterEach(() => rmSync(folder, { recursive: true }))

// Without a Python there is nothing to run the examples with.
describe.skipIf(!hasPython()).each(['vllm', 'sglang'])('%s_offline.py', (engine) => {
  test('goes from prefills to outputs that completions reads', async () => {
    const [prompts, outputs, answers] = ['prompts.jsonl', 'outputs.jsonl', 'answers.jsonl'].map((name) =>
      join(folder, name),
    )
    const prefill = await harmony(['prefill', 'fixtures/example/requests.jsonl', '-o', prompts, '-j', '1'])
    expect(prefill.code, prefill.stderr).toBe(0)
    runPython([`examples/${engine}_offline.py`, prompts, outputs], { modules: 'test/examples/stub-engines' })
    const completions = await harmony([
      'completions',
      outputs,
      '-o',
      answers,
      '--prefill',
      prompts,
      '-j',
      '1',
    ])
    expect(completions.code, completions.stderr).toBe(0)

    const lines = readFileSync(answers, 'utf8').trimEnd().split('\n')
    const rome = {
      reasoning: 'A greeting.',
      final: 'Rome.',
      tool_calls: [],
      finish_reason: 'stop',
      deviations: {},
    }
    const call = {
      id: 'call_weather_0',
      type: 'function',
      function: { name: 'get-weather', arguments: '{"location":"Tokyo"}' },
    }
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { custom_id: 'hello', ...rome },
      {
        custom_id: 'weather',
        reasoning: '',
        final: '',
        tool_calls: [call],
        finish_reason: 'tool_calls',
        deviations: {},
      },
      { custom_id: 'capitals', index: 0, ...rome },
      { custom_id: 'capitals', index: 1, ...rome },
      { custom_id: 'riddle', ...rome },
    ])
  })
})
