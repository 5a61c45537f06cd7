import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import { publicEntries } from '../../scripts/public-entries.mjs'
import { collectExamples, type Example } from './collect.js'

// Every example is type-checked and run as a module of its own. A comment behind a `console.log(…)` is what it has to log: values as they would be
// written in code.

const root = new URL('../../', import.meta.url)
const examples = collectExamples(root)
const modules = new Map<string, unknown>()
for (const { specifier } of publicEntries) modules.set(specifier, await import(specifier))

describe('examples', () => {
  const faults = typeFaults(examples)

  test.each(examples)('$place', async (example) => {
    expect(faults.get(example) ?? []).toEqual([])
    const { code, checkCount } = withChecks(example)
    const logged = await run(code)
    expect(logged.size, 'console.log with an expected value that was never reached').toBe(checkCount)
    for (const [line, { actual, expected }] of logged)
      expect(actual, `line ${line} of the example`).toEqual(expected)
  })

  test('there are some', () => {
    const places = examples.map(({ place }) => place)
    for (const start of ['README.md', 'docs/', 'src/'])
      expect(places.some((place) => place.startsWith(start))).toBe(true)
  })
})

/** What TypeScript has against each example, all of them checked as one program. */
function typeFaults(list: readonly Example[]): Map<Example, string[]> {
  const files = new Map(
    list.map((example, index) => [fileURLToPath(new URL(`test/docs/example-${index}.ts`, root)), example]),
  )
  const { config } = ts.readConfigFile(
    fileURLToPath(new URL('tsconfig.json', root)),
    ts.sys.readFile.bind(ts.sys),
  ) as { config: unknown }
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, fileURLToPath(root))
  Object.assign(options, {
    noUnusedLocals: false,
    // As strict as a reader's project may be, and with a browser's types, whose streams cannot be iterated.
    noUncheckedIndexedAccess: true,
    lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'],
    baseUrl: fileURLToPath(root),
    paths: Object.fromEntries(publicEntries.map(({ specifier, source }) => [specifier, [source]])),
  } satisfies ts.CompilerOptions)

  const host = ts.createCompilerHost(options)
  const { fileExists, readFile, getSourceFile } = host
  host.fileExists = (path) => files.has(path) || fileExists(path)
  host.readFile = (path) => files.get(path)?.code ?? readFile(path)
  host.getSourceFile = (path, version, ...rest) => {
    const example = files.get(path)
    // `export {}` makes a module even of an example without imports.
    return example === undefined
      ? getSourceFile(path, version, ...rest)
      : ts.createSourceFile(path, `${example.code}\nexport {}`, version, true)
  }

  const program = ts.createProgram([...files.keys()], options, host)
  const faults = new Map<Example, string[]>()
  for (const [path, example] of files) {
    const file = program.getSourceFile(path)
    const diagnostics = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]
    const texts = diagnostics.map(({ messageText, start = 0 }) => {
      const { line } = ts.getLineAndCharacterOfPosition(file!, start)
      return `line ${line + 1}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`
    })
    faults.set(example, texts)
  }
  return faults
}

/** The example with each `console.log(value) // expected` as a call that notes both. */
function withChecks({ code, place }: Example): { code: string; checkCount: number } {
  const file = ts.createSourceFile(place, code, ts.ScriptTarget.ESNext, true)
  let checked = ''
  let copied = 0
  let checkCount = 0
  const visit = (node: ts.Node): void => {
    const expected =
      ts.isExpressionStatement(node) && isConsoleLog(node.expression)
        ? trailingComment(code, node.end)
        : undefined
    if (expected === undefined) return ts.forEachChild(node, visit)
    const { line } = file.getLineAndCharacterOfPosition(node.getStart())
    const { arguments: values } = (node as ts.ExpressionStatement).expression as ts.CallExpression
    const actual = code.slice(values.pos, values.end)
    checked += `${code.slice(copied, node.getStart())}check(${line + 1}, [${actual}], [${expected}])`
    copied = node.end
    checkCount++
  }
  visit(file)
  return { code: checked + code.slice(copied), checkCount }
}

function isConsoleLog(node: ts.Expression): boolean {
  return ts.isCallExpression(node) && node.expression.getText() === 'console.log'
}

function trailingComment(code: string, position: number): string | undefined {
  const comment = ts.getTrailingCommentRanges(code, position)?.[0]
  return comment && code.slice(comment.pos, comment.end).replace(/^\/\/\s*/, '')
}

interface Logged {
  readonly actual: unknown
  readonly expected: unknown
}

async function run(code: string): Promise<Map<number, Logged>> {
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: {
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ES2022,
      esModuleInterop: true,
    },
  })
  const logged = new Map<number, Logged>()
  const check = (line: number, actual: unknown, expected: unknown) => logged.set(line, { actual, expected })
  const requireElse = createRequire(import.meta.url)
  const require = (specifier: string): unknown => modules.get(specifier) ?? requireElse(specifier)
  const silent = { log: () => undefined }
  const AsyncFunction = (async () => undefined).constructor as new (
    ...parts: string[]
  ) => (...values: unknown[]) => Promise<void>
  await new AsyncFunction('require', 'exports', 'console', 'check', outputText)(require, {}, silent, check)
  return logged
}
