import { describe, expect, test } from 'vitest'
import { childPath, createShapeChecker, isList, isObject, isWholeNumber } from '../../src/json/index.js'

const check = createShapeChecker(
  (path, found, wanted) => new Error(`${path || 'it'} is ${JSON.stringify(found)}, not ${wanted}`),
)

describe('a shape checker', () => {
  test('returns the value that it was given', () => {
    const list = [1]
    expect(check.list(list, 'a')).toBe(list)
    expect(check.object(check, 'a')).toBe(check)
    expect(check.optionalString(null, 'a')).toBeNull()
    expect(check.choice('b', 'a', ['a', 'b'])).toBe('b')
    expect(check.count(7, 'a', 7)).toBe(7)
  })

  test.each([
    ['object', () => check.object([], ''), 'it is [], not an object'],
    ['object', () => check.object(null, 'a', 'a dictionary'), 'a is null, not a dictionary'],
    ['list', () => check.list({ length: 0 }, 'a'), 'a is {"length":0}, not a list'],
    ['string', () => check.string(undefined, 'a'), 'a is undefined, not a string'],
    ['optional string', () => check.optionalString(0, 'a'), 'a is 0, not a string or null'],
    ['name', () => check.name('', 'a'), 'a is "", not a name'],
    ['boolean', () => check.boolean(0, 'a'), 'a is 0, not true or false'],
    ['count', () => check.count(-1, 'a'), 'a is -1, not a whole number from 0'],
    ['count', () => check.count(8, 'a', 7), 'a is 8, not a whole number from 0 to 7'],
    ['choice', () => check.choice('d', 'a', ['a', 'b', 'c']), 'a is "d", not "a", "b" or "c"'],
    ['choice', () => check.choice(1, 'a', ['a']), 'a is 1, not "a"'],
  ])('names what it wanted: %s', (_, run, message) => {
    expect(run).toThrow(new Error(message))
  })
})

test('a list is no object, and a number that is not exact counts nothing', () => {
  expect([isObject({}), isObject([]), isObject(null), isObject('')]).toEqual([true, false, false, false])
  expect([isList([]), isList({})]).toEqual([true, false])
  expect([isWholeNumber(0), isWholeNumber(2 ** 53), isWholeNumber(1.5), isWholeNumber(-1)]).toEqual([
    true,
    false,
    false,
    false,
  ])
})

test('a path quotes a key that could be read otherwise', () => {
  expect(childPath('messages[0]', 'content')).toBe('messages[0].content')
  expect(childPath('', 'messages')).toBe('messages')
  expect(childPath('tools', 'my tools')).toBe('tools["my tools"]')
  expect(childPath('tools', 0)).toBe('tools[0]')
})
