import { afterEach, beforeEach, expect, test, vi } from 'vitest'

const argv = process.argv
let lines: string[]

beforeEach(() => {
  vi.resetModules()
  process.argv = ['node', 'main.js', '--engine', 'replay']
  lines = []
  vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line))
})
afterEach(() => {
  process.argv = argv
  vi.doUnmock('ai')
  vi.restoreAllMocks()
})

// What examples/engine.js replays.
const ANSWER = [
  'reasoning: I need the weather in Lima.',
  'call: weather({"city":"Lima"})',
  'result: Sunny in Lima',
  'reasoning: Sunny, says the tool.',
  'text: It is sunny in Lima.',
]
const said = () => lines.filter((line) => !line.startsWith(' '))

test.each(['ai6', 'ai7'])('examples/ai-sdk runs with %s', async (name) => {
  vi.doMock('ai', () => import(name))
  await import('../../examples/ai-sdk/main.js')
  expect(said()).toEqual(ANSWER)
})

test('examples/agents runs', async () => {
  await import('../../examples/agents/main.js')
  expect(said()).toEqual(ANSWER)
})

test('an engine that the examples do not know is named, with those that they do', async () => {
  process.argv = ['node', 'main.js', '--engine', 'tgi']
  const { engineFromFlags } = await import('../../examples/engine.js')
  expect(engineFromFlags).toThrow('--engine tgi: wanted replay, vllm')
})
