import { expect, test, vi } from 'vitest'

test('examples/turn runs a turn over a browser and a function to its end', async () => {
  const lines: string[] = []
  vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line))
  await import('../../examples/turn/main.js')
  vi.restoreAllMocks()
  expect(lines.join('\n')).toContain(`  L0: 21 °C and sun. See also 【0†Oslo】.`)
  expect(lines).toContain('final: It is 69.8 °F【1†L0】.')
  expect(lines).toContain('\nreturn after 4 generations and 3 calls')
  expect(lines.at(-1)).toBe('【1†L0】 is https://weather.example/rome')
})
