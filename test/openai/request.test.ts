import { describe, expect, test } from 'vitest'
import { HarmonyError } from '../../src/errors.js'
import {
  addUsage,
  checkFields,
  closestName,
  customToolArguments,
  customToolInput,
  errorResponseOf,
  findByName,
  generationSettingsOf,
  numberedIds,
  randomId,
  readAssistantMarkup,
  readResponseFormat,
  readText,
  readToolChoice,
  readTools,
  responseFormatSection,
  samplingParamsOf,
  toolDescription,
  ToolNames,
} from '../../src/openai/index.js'

function faultOf(read: () => unknown): { code: string; path: string | undefined } {
  try {
    read()
  } catch (error) {
    if (!(error instanceof HarmonyError)) throw error
    return { code: String(error.code), path: error.path }
  }
  throw new Error('no error')
}

describe('fields', () => {
  const lists = {
    understood: ['messages', 'temperature', 'reasoning_effort'],
    ignored: ['user'],
    refused: { functions: 'tools instead' },
  }

  test('returns the ignored fields that are present; null is absent, and an unknown empty list too', () => {
    expect(
      checkFields({ messages: [], user: 'u', functions: null, foo: undefined, bar: [] }, '', lists),
    ).toEqual(['user'])
  })

  test('names an unknown field by its path, and the field that was meant', () => {
    expect(faultOf(() => checkFields({ temprature: 1 }, 'body', lists))).toEqual({
      code: 'unknown-field',
      path: 'body.temprature',
    })
    expect(() => checkFields({ temprature: 1 }, '', lists)).toThrow('did you mean temperature?')
    expect(() => checkFields({ reasoningEffort: 'low' }, '', lists)).toThrow('did you mean reasoning_effort?')
    expect(() => checkFields({ quantum: 1 }, '', lists)).toThrow('no field of that name')
  })

  test('says what a refused field is replaced by', () => {
    expect(() => checkFields({ functions: [] }, '', lists)).toThrow('tools instead')
  })

  test('guesses no name that is far off, and takes no time for long ones', () => {
    expect(closestName('abc', ['xyz'])).toBeUndefined()
    expect(closestName('a'.repeat(1_000_000), ['a'])).toBeUndefined()
    expect(closestName('stpo', ['top_k', 'stop'])).toBe('stop')
  })
})

describe('tools and tool_choice', () => {
  const nested = { type: 'function', function: { name: 'f', description: 'F.', parameters: {} } }
  const flat = { type: 'function', name: 'g', strict: true }
  const custom = { type: 'custom', custom: { name: 'run', description: 'Runs.', format: { type: 'text' } } }

  test('are read in the form of either API; the type defaults to function', () => {
    expect(readTools([nested, flat, custom, { function: { name: 'h' } }])).toEqual([
      { type: 'function', name: 'f', description: 'F.', parameters: {} },
      { type: 'function', name: 'g', description: '' },
      { type: 'custom', name: 'run', description: 'Runs.' },
      { type: 'function', name: 'h', description: '' },
    ])
  })

  test('a custom tool is a function of one string', () => {
    const [tool] = readTools([custom])
    expect(toolDescription(tool, new ToolNames(['run']))).toEqual({
      name: 'run',
      description: 'Runs.',
      parameters: { type: 'object', properties: { input: { type: 'string' } }, required: ['input'] },
    })
    expect(customToolInput(customToolArguments('a"b'))).toBe('a"b')
    for (const odd of ['{"input": 5}', '{"input": "cut', '[]', 'null', 'print(1)'])
      expect(customToolInput(odd)).toBe(odd)
  })

  test.each([
    ['two of one name', [nested, nested], 'invalid-request', 'tools[1]'],
    ['a misspelt field', [{ ...flat, paramters: {} }], 'unknown-field', 'tools[0].paramters'],
    [
      'a misspelt field of a definition',
      [{ type: 'function', function: { name: 'f', params: {} } }],
      'unknown-field',
      'tools[0].function.params',
    ],
    [
      'a grammar',
      [{ type: 'custom', name: 'c', format: { type: 'grammar' } }],
      'unsupported-content',
      'tools[0].format.type',
    ],
    ['another type', [{ type: 'file_search' }], 'unsupported-content', 'tools[0].type'],
  ])('refuses %s', (_, tools, code, path) => {
    expect(faultOf(() => readTools(tools))).toEqual({ code, path })
  })

  test('a choice is read in the form of either API', () => {
    const tools = readTools([nested, flat, custom])
    const choose = (choice: unknown) => {
      const { tools: offered, forced } = readToolChoice(choice, tools, findByName(tools))
      return [offered.map(({ name }) => name), forced.map(({ name }) => name)]
    }
    const all = ['f', 'g', 'run']
    expect(choose(undefined)).toEqual([all, []])
    expect(choose('none')).toEqual([[], []])
    expect(choose('required')).toEqual([all, all])
    expect(choose({ type: 'function', function: { name: 'g' } })).toEqual([all, ['g']])
    expect(choose({ type: 'function', name: 'g' })).toEqual([all, ['g']])
    expect(choose({ type: 'custom', custom: { name: 'run' } })).toEqual([all, ['run']])
    const named = [
      { type: 'function', name: 'g' },
      { type: 'custom', custom: { name: 'run' } },
    ]
    for (const allowed of [
      { type: 'allowed_tools', allowed_tools: { mode: 'required', tools: named } },
      { type: 'allowed_tools', mode: 'required', tools: named },
    ])
      expect(choose(allowed)).toEqual([
        ['g', 'run'],
        ['g', 'run'],
      ])
    expect(() => choose({ type: 'function', function: { name: 'G' } })).toThrow('did you mean g?')
  })
})

describe('response format', () => {
  const schema = { type: 'object' }

  test('is read in the form of either API', () => {
    const read = { type: 'json_schema', name: 'a', schema, strict: true }
    expect(
      readResponseFormat({ type: 'json_schema', json_schema: { name: 'a', schema, strict: true } }),
    ).toEqual(read)
    expect(readResponseFormat({ type: 'json_schema', name: 'a', schema, strict: true })).toEqual(read)
    expect(readResponseFormat(undefined)).toEqual({ type: 'text' })
  })

  test('a json_object with a schema has a section', () => {
    expect(responseFormatSection(readResponseFormat({ type: 'json_object', schema }))).toBe(
      '# Response Formats\n\n## answer\n\n{"type":"object"}',
    )
    expect(responseFormatSection(readResponseFormat({ type: 'json_object' }))).toBeUndefined()
  })
})

describe('sampling', () => {
  test('sorts the parameters by who heeds them', () => {
    const params = samplingParamsOf({ temperature: 0.5, n: 2, stop: 'x', max_tokens: 7, top_k: 40 })
    expect(generationSettingsOf(params)).toEqual({
      choiceCount: 2,
      maxTokens: 7,
      stopStrings: ['x'],
      sampling: { temperature: 0.5, top_k: 40 },
    })
    expect(generationSettingsOf({})).toEqual({ choiceCount: 1, stopStrings: [], sampling: {} })
  })

  test.each([
    ['temperature', Number.NaN],
    ['top_p', 'high'],
    ['n', 0],
    ['n', 1.5],
    ['max_tokens', -1],
    ['max_completion_tokens', Infinity],
    ['stop', ''],
    ['stop', 5],
    ['logprobs', 3],
    ['top_logprobs', 3],
  ])('refuses %s: %s', (field, value) => {
    expect(faultOf(() => samplingParamsOf({ [field]: value }))).toEqual({
      code: 'invalid-request',
      path: field,
    })
  })
})

describe('text', () => {
  test('is a string or parts of text, of either API', () => {
    expect(readText([{ type: 'text', text: 'a' }, { type: 'output_text', text: 'b' }, 'c'], 'content')).toBe(
      'abc',
    )
    expect(faultOf(() => readText([{ type: 'image_url' }], 'content'))).toEqual({
      code: 'unsupported-content',
      path: 'content[0].type',
    })
  })

  test("markup in an assistant's text is an error, messages or text", () => {
    const text = '<|channel|>analysis<|message|>A<|end|><|start|>assistant<|channel|>final<|message|>B'
    expect(faultOf(() => readAssistantMarkup(text, 'content', 'error'))).toEqual({
      code: 'unsupported-content',
      path: 'content',
    })
    expect(readAssistantMarkup(text, 'content', 'read')).toEqual([
      { role: 'assistant', channel: 'analysis', content: 'A' },
      { role: 'assistant', channel: 'final', content: 'B' },
    ])
    expect(readAssistantMarkup(text, 'content', 'text')).toBeUndefined()
    expect(readAssistantMarkup('a <| b |> c', 'content', 'error')).toBeUndefined()
  })
})

describe('answers', () => {
  test("a client's fault is a 400 with its path, anything else a 500 that says nothing", () => {
    const fault = new HarmonyError('unknown-field', 'request: foo is unknown', { path: 'foo' })
    expect(errorResponseOf(fault)).toEqual({
      status: 400,
      body: {
        error: {
          message: 'request: foo is unknown',
          type: 'invalid_request_error',
          param: 'foo',
          code: 'unknown_parameter',
        },
      },
    })
    for (const error of [new Error('secret'), new HarmonyError('invalid-token', 'secret'), 'secret']) {
      const { status, body } = errorResponseOf(error)
      expect(status).toBe(500)
      expect(body.error).toMatchObject({ type: 'server_error', param: null, code: null })
      expect(body.error.message).not.toContain('secret')
    }
  })

  test('ids are random, or count', () => {
    expect(randomId('call_')).toMatch(/^call_[\da-f]{24}$/)
    expect(randomId('a')).not.toBe(randomId('a'))
    const createId = numberedIds(9)
    expect([createId('a_'), createId('b_')]).toEqual([
      'a_000000000000000000000009',
      'b_00000000000000000000000a',
    ])
  })

  test('usage adds up', () => {
    const usage = { promptTokens: 1, cachedTokens: 2, completionTokens: 3, reasoningTokens: 4 }
    expect(addUsage(usage, usage)).toEqual({
      promptTokens: 2,
      cachedTokens: 4,
      completionTokens: 6,
      reasoningTokens: 8,
    })
  })
})
