import { createAnswerReader } from 'gpt-oss-harmony/grammar'
import { expect, test } from 'vitest'

test('text is read as it is', async () => {
  expect((await createAnswerReader({ type: 'text' }))('{')).toEqual({ value: '{' })
})

test('a JSON object may be any object, and nothing else', async () => {
  const read = await createAnswerReader({ type: 'json_object' })
  expect(read(' {"a": [1]}\n')).toEqual({ value: { a: [1] } })
  expect(read('[1]')).toEqual({ problem: 'the value must be object' })
  expect(read('{"a": 1')).toHaveProperty('problem')
})

test('all problems are told, with their places', async () => {
  const schema = {
    type: 'object',
    properties: { a: { type: 'array', items: { enum: ['x', 'y'] } }, b: { type: 'number', minimum: 3 } },
    required: ['c'],
  }
  const read = await createAnswerReader({ type: 'json_schema', schema })
  expect(read('{"a": ["x", "z"], "b": 2}')).toEqual({
    problem:
      'the value must have required property \'c\'; /a/1 must be equal to one of the allowed values: ["x","y"]; ' +
      '/b must be >= 3',
  })
  expect(read('{"a": ["x"], "c": null}')).toEqual({ value: { a: ['x'], c: null } })
})

test('a schema that cannot be compiled is an error at once', async () => {
  await expect(createAnswerReader({ type: 'json_schema', schema: { type: 'objekt' } })).rejects.toMatchObject(
    {
      code: 'invalid-request',
    },
  )
})
