import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ToolNames } from '../../src/openai/tool-names.js'

/** The rule, slow and obvious: the first number, from 2 on, that no other name has. */
function obviousNames(names: readonly string[]): string[] {
  const taken = new Set(names)
  return names.map((name) => {
    if (/^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(name)) return name
    const base = name.replace(/[^\p{ID_Continue}$]/gu, '_').replace(/^(?![\p{ID_Start}_$])/u, '_')
    let identifier = base
    for (let number = 2; taken.has(identifier); number++) identifier = `${base}_${number}`
    taken.add(identifier)
    return identifier
  })
}

test('the first number that is free keeps two names apart', () => {
  const unit = fc.constantFrom('a', '_', '-', '.', '2', '3')
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.string({ unit, minLength: 1, maxLength: 5 }), { maxLength: 40 }),
      (given) => {
        const names = new ToolNames(given)
        expect(given.map((name) => names.toHarmony(name))).toEqual(obviousNames(given))
        for (const [harmony, name] of Object.entries(names.changed))
          expect(names.toHarmony(name)).toBe(harmony)
      },
    ),
  )
})

test('many names that come to one identifier take well under a second', () => {
  // Each a different row of thirteen signs, which all become `_`.
  const signs = (number: number): string =>
    number.toString(2).padStart(13, '0').replaceAll('0', '-').replaceAll('1', '.')
  const given = Array.from({ length: 8_192 }, (_, number) => signs(number))
  const start = performance.now()
  const names = new ToolNames(given)
  expect(performance.now() - start).toBeLessThan(1_000)
  expect(new Set(given.map((name) => names.toHarmony(name))).size).toBe(given.length)
  expect(names.toHarmony(given[8_191])).toBe(`${'_'.repeat(13)}_8192`)
})
