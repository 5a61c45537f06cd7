import type { HarmonyError } from 'gpt-oss-harmony'
import { toolCallsOf, developerMessage, loadHarmonyEncoding } from 'gpt-oss-harmony'
import { createToolSet, functionTool, ToolOutput } from 'gpt-oss-harmony/tools'
import { describe, expect, test, vi } from 'vitest'
import * as zod6 from 'openai6/helpers/zod'
import * as zod7 from 'openai/helpers/zod'
import * as z from 'zod'

/** The call that a model makes by writing `text` to `recipient`. */
function callTo(recipient: string, text: string, channel = 'commentary') {
  return toolCallsOf([{ role: 'assistant', channel, recipient, content: text }])[0]
}

const weather = {
  name: 'get_weather',
  description: 'Gets the weather of a city.',
  parameters: {
    type: 'object',
    properties: { city: { type: 'string' }, unit: { type: 'string', enum: ['celsius', 'kelvin'] } },
    required: ['city'],
    additionalProperties: false,
  },
}

describe('names', () => {
  test('the prompt has an identifier, the caller its own name', () => {
    const tools = createToolSet([
      { name: 'get-weather', execute: () => 'warm' },
      { name: 'my docs', tools: [{ name: 'full text search', execute: () => 'found' }] },
    ])
    const text = loadHarmonyEncoding('HarmonyGptOss').decode(
      loadHarmonyEncoding('HarmonyGptOss').render(developerMessage({ tools: tools.namespaces })),
    )
    expect(text).toContain('type get_weather = ')
    expect(text).toContain('namespace my_docs {\n\ntype full_text_search = ')
    expect(tools.find('functions.get_weather')).toMatchObject({ name: 'get-weather', isRunnable: true })
    expect(tools.find('my_docs.full_text_search')).toMatchObject({
      name: 'full text search',
      namespace: 'my docs',
    })
  })

  test.each([
    ['functions.get_weather', 'functions.get_weather'],
    ['get_weather', 'functions.get_weather'],
    ['docs.search', 'docs.search'],
    ['functions.docs.search', 'docs.search'],
    ['search', undefined],
    ['functions.', undefined],
    ['', undefined],
  ])('%j finds %j', (recipient, found) => {
    const tools = createToolSet([weather, { name: 'docs', tools: [{ name: 'search' }] }])
    expect(tools.find(recipient)?.recipient).toBe(found)
  })

  test('two tools or namespaces of one name are refused', () => {
    expect(() => createToolSet([weather, weather])).toThrow(TypeError)
    expect(() =>
      createToolSet([
        { name: 'a', tools: [] },
        { name: 'a', tools: [] },
      ]),
    ).toThrow(TypeError)
    expect(() => createToolSet([weather, { name: 'functions', tools: [] }])).toThrow(TypeError)
  })

  test('a built-in is described in the system message', () => {
    const tools = createToolSet([
      weather,
      { name: 'python', tools: [], describedIn: 'system', execute: () => '' },
    ])
    expect(tools.builtins.map(({ name }) => name)).toEqual(['python'])
    expect(tools.namespaces.map(({ name }) => name)).toEqual(['functions'])
    expect(tools.recipients).toEqual(['functions.get_weather', 'python'])
  })
})

describe('outputs', () => {
  test.each([
    ['a string as it is', 'It is "warm".', 'It is "warm".'],
    ['an object as JSON', { celsius: 21 }, '{"celsius":21}'],
    ['null as JSON', null, 'null'],
    ['nothing as nothing', undefined, ''],
    ['an output by its text', new ToolOutput('shown', { value: { hidden: true } }), 'shown'],
  ])('the model reads %s', async (_, returned, text) => {
    const tools = createToolSet([{ ...weather, execute: () => returned }])
    const output = await tools.run(callTo('functions.get_weather', '{}'))
    expect(output).toMatchObject({ text, isError: false })
  })

  test('an exception becomes an error that the model reads, thrown at once or later', async () => {
    const boom = new Error('no such city')
    for (const execute of [
      () => {
        throw boom
      },
      () => Promise.reject(boom),
    ]) {
      const output = await createToolSet([{ ...weather, execute }]).run(callTo('get_weather', '{}'))
      expect(output).toMatchObject({ text: 'Error: no such city', isError: true, value: boom })
    }
  })

  test.each([
    ['gone', 'Error: gone'],
    [Object.create(null), 'Error: {}'],
    [undefined, 'Error: undefined'],
  ])('what is thrown need not be an error: %j', async (thrown, text) => {
    const execute = () => Promise.reject(thrown as Error)
    const output = await createToolSet([{ ...weather, execute }]).run(callTo('get_weather', '{}'))
    expect(output.text).toBe(text)
  })

  test('a result that is no JSON becomes an error that the model reads', async () => {
    const output = await createToolSet([{ ...weather, execute: () => ({ count: 1n }) }]).run(
      callTo('get_weather', '{}'),
    )
    expect(output.isError).toBe(true)
    expect(output.text).toMatch(/^Error: .*BigInt/)
  })

  test('an unknown tool becomes an error that names those there are', async () => {
    const output = await createToolSet([weather]).run(callTo('functions.get_wether', '{}'))
    expect(output).toMatchObject({
      text: 'Error: there is no tool "functions.get_wether". Available tools: functions.get_weather.',
      isError: true,
    })
  })

  test('a tool without execute is the caller’s to run', async () => {
    await expect(createToolSet([weather]).run(callTo('get_weather', '{}'))).rejects.toThrow(TypeError)
  })

  test('the answer is from the tool’s full name, to the assistant, on the call’s channel', () => {
    const tools = createToolSet([weather])
    expect(tools.message(callTo('get_weather', '{}', 'analysis'), new ToolOutput('21'))).toEqual({
      role: 'tool',
      name: 'functions.get_weather',
      recipient: 'assistant',
      channel: 'analysis',
      content: '21',
    })
  })
})

describe('arguments', () => {
  const run = (text: string, options = {}) => {
    const execute = vi.fn(() => 'ran')
    return {
      execute,
      output: createToolSet([{ ...weather, execute }], options).run(callTo('functions.get_weather', text)),
    }
  }

  test.each(['{"city": ', '[1]', '"Paris"', '5', 'null', 'city=Paris'])(
    '%j never reaches a tool: the model reads why',
    async (text) => {
      const { execute, output } = run(text)
      expect(await output).toMatchObject({
        isError: true,
        text: expect.stringMatching(/^Error: the arguments are not .*Send one JSON object\.$/s) as string,
      })
      expect(execute).not.toHaveBeenCalled()
    },
  )

  test('none at all are an empty object', async () => {
    const { execute, output } = run(' \n')
    expect((await output).text).toBe('ran')
    expect(execute).toHaveBeenCalledWith({}, expect.anything())
  })

  test('a JSON Schema is checked on request', async () => {
    const checkArguments = true
    expect((await run('{"city": 5, "town": 1}').output).text).toBe('ran')
    expect((await run('{"city": "Rome"}', { checkArguments }).output).text).toBe('ran')
    expect((await run('{"city": 5, "town": 1, "unit": "f"}', { checkArguments }).output).text).toBe(
      'Error: the arguments do not fit the tool\'s schema: the value must NOT have additional properties: "town"; ' +
        '/city must be string; /unit must be equal to one of the allowed values: ["celsius","kelvin"]',
    )
  })

  test('a schema that cannot be compiled is the caller’s error, not the model’s', async () => {
    const tools = createToolSet([{ name: 'f', parameters: { type: 'objekt' }, execute: () => '' }], {
      checkArguments: true,
    })
    await expect(tools.run(callTo('f', '{}'))).rejects.toThrow(
      expect.objectContaining({ code: 'invalid-request' }) as HarmonyError,
    )
  })

  test('a tuple is read by the draft that the schema names', async () => {
    const run = (parameters: object) =>
      createToolSet([{ name: 'f', parameters, execute: () => 'ran' }], { checkArguments: true }).run(
        callTo('f', '{"at": ["x"]}'),
      )
    const numbers = [{ type: 'number' }]
    const $schema = 'http://json-schema.org/draft-07/schema#'
    expect((await run({ $schema, properties: { at: { items: numbers } } })).isError).toBe(true)
    expect((await run({ properties: { at: { prefixItems: numbers } } })).isError).toBe(true)
  })

  test('a zod schema describes the tool, checks the arguments and fills in defaults', async () => {
    const execute = vi.fn(({ city, unit }: { city: string; unit: string }) => `${city}, ${unit}`)
    const tools = createToolSet([
      functionTool({
        name: 'get_weather',
        parameters: z.object({ city: z.string(), unit: z.enum(['c', 'k']).default('c') }),
        execute,
      }),
    ])
    expect(tools.namespaces[0].tools[0].parameters).toEqual({
      type: 'object',
      properties: { city: { type: 'string' }, unit: { type: 'string', enum: ['c', 'k'], default: 'c' } },
      required: ['city'],
    })
    expect((await tools.run(callTo('get_weather', '{"city": "Rome"}'))).text).toBe('Rome, c')
    expect((await tools.run(callTo('get_weather', '{"city": 5, "unit": "f"}'))).text).toMatch(
      /^Error: the arguments do not fit the tool's schema: city: .*; unit: /,
    )
    expect(execute).toHaveBeenCalledTimes(1)
  })

  test('a schema without a JSON Schema is refused', () => {
    const parameters = { '~standard': { version: 1, vendor: 'other', validate: () => ({ value: 1 }) } }
    expect(() => createToolSet([{ name: 'f', parameters }])).toThrow(TypeError)
  })

  test('tools of the OpenAI SDK run as runTools runs them', async () => {
    const named = createToolSet([
      {
        type: 'function',
        function: { name: 'f', parameters: {}, function: (text: string) => `got ${text}` },
      },
      {
        type: 'function',
        function: { name: 'g', parameters: {}, parse: JSON.parse, function: ({ a }: { a: 1 }) => a + 1 },
      },
      { type: 'function', function: { name: 'h', parameters: {} } },
    ])
    expect((await named.run(callTo('f', '{ "a":1}'))).text).toBe('got { "a":1}')
    expect((await named.run(callTo('g', '{ "a":1}'))).text).toBe('2')
    expect(named.find('h')?.isRunnable).toBe(false)
  })
})

describe.each([
  ['7', zod7],
  ['6', zod6],
])('the zod helpers of the OpenAI SDK, major %s', (_, { zodFunction, zodResponsesFunction }) => {
  const definition = {
    name: 'add',
    parameters: z.object({ a: z.number(), b: z.number() }),
    function: ({ a, b }: { a: number; b: number }) => a + b,
  }

  test.each([
    ['zodFunction', zodFunction(definition)],
    ['zodResponsesFunction', zodResponsesFunction(definition)],
  ])('%s makes a tool that checks and runs', async (_, tool) => {
    const tools = createToolSet([tool])
    expect((await tools.run(callTo('functions.add', '{"a": 1, "b": 2}'))).text).toBe('3')
    expect((await tools.run(callTo('functions.add', '{"a": "one"}'))).text).toMatch(
      /^Error: the arguments cannot be read/,
    )
  })
})

describe('abort', () => {
  test('does not wait for the tool, which is told', async () => {
    const controller = new AbortController()
    let told = false
    const tools = createToolSet([
      {
        name: 'sleep',
        execute: (_, { signal }) => {
          signal.addEventListener('abort', () => (told = true))
          return new Promise(() => {})
        },
      },
    ])
    const running = tools.run(callTo('sleep', '{}'), { signal: controller.signal })
    setTimeout(() => controller.abort(new Error('enough')), 5)
    await expect(running).rejects.toThrow('enough')
    expect(told).toBe(true)
  })

  test('before the call runs nothing', async () => {
    const execute = vi.fn()
    const running = createToolSet([{ name: 'f', execute }]).run(callTo('f', '{}'), {
      signal: AbortSignal.abort(),
    })
    await expect(running).rejects.toThrow()
    expect(execute).not.toHaveBeenCalled()
  })
})
