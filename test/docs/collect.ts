import { readdirSync, readFileSync } from 'node:fs'

export interface Example {
  /** `README.md:12`: where its code begins. */
  readonly place: string
  readonly code: string
}

/** Every ```ts block of README.md, CONTRIBUTING.md, docs/ and the sources' doc comments. */
export function collectExamples(root: URL): Example[] {
  const pages = ['README.md', 'CONTRIBUTING.md', ...filesIn(root, 'docs/', '.md')]
  const sources = filesIn(root, 'src/', '.ts').filter((path) => !path.endsWith('.generated.ts'))
  return [
    ...pages.flatMap((path) => blocksOf(path, linesOf(root, path))),
    ...sources.flatMap((path) => blocksOf(path, linesOf(root, path).map(withoutCommentMargin))),
  ]
}

function filesIn(root: URL, folder: string, ending: string): string[] {
  const paths = readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
  return paths.filter((path) => path.endsWith(ending)).map((path) => folder + path)
}

function linesOf(root: URL, path: string): string[] {
  return readFileSync(new URL(path, root), 'utf8').split('\n')
}

function withoutCommentMargin(line: string): string {
  return line.replace(/^\s*\* ?/, '')
}

function blocksOf(path: string, lines: readonly string[]): Example[] {
  const examples: Example[] = []
  const trimmed = lines.map((line) => line.trim())
  for (let start = trimmed.indexOf('```ts'); start !== -1; start = trimmed.indexOf('```ts', start + 1)) {
    const end = trimmed.indexOf('```', start)
    if (end === -1) throw new Error(`${path}:${start + 1}: the block has no end`)
    examples.push({ place: `${path}:${start + 2}`, code: lines.slice(start + 1, end).join('\n') })
  }
  return examples
}
