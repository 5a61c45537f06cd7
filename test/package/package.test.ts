import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { createContext, runInContext } from 'node:vm'
import { build } from 'esbuild'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { publicEntries } from '../../scripts/public-entries.mjs'
import { installPackage, installPeer, manifest, root, type Installed } from './install.js'

const LARGEST_UNPACKED = 4_000_000

let installed: Installed
beforeAll(() => (installed = installPackage()))
afterAll(() => rmSync(installed.project, { recursive: true }))

function inProject(path: string): string {
  return join(installed.project, path)
}

/** Prints the prompt for a user's "Hi" and the answer "Hello" read again. The ids are the official library's. */
const PROGRAM = `
  const encoding = loadHarmonyEncoding('HarmonyGptOss')
  const prefill = encoding.renderConversationForCompletion(parseConversation('{"messages":[{"role":"user","content":"Hi"}]}'), 'assistant')
  const parser = new StreamableParser(encoding, 'assistant')
  for (const token of [200005, 17196, 200008, 13225, 200002]) parser.process(token)
  result = JSON.stringify([prefill, parser.messages])
`
const RESULT = JSON.stringify([
  [200006, 1428, 200008, 12194, 200007, 200006, 173781],
  [{ role: 'assistant', content: 'Hello', channel: 'final' }],
])

const vocabularySample = readFileSync(join(root, 'src/tokenizer/vocabulary.generated.ts'), 'utf8').slice(
  500_000,
  500_200,
)

describe('the packed package', () => {
  test('holds the build, the legal texts and the pages, and nothing else', () => {
    const places = new Set(installed.files.map(({ path }) => path.split('/')[0]))
    expect([...places].sort()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'NOTICE',
      'README.md',
      'conformance',
      'dist',
      'docs',
      'examples',
      'fixtures',
      'package.json',
    ])
    expect(installed.unpackedSize).toBeLessThan(LARGEST_UNPACKED)
  })

  test('holds every page and example that the README links to', () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
    const links = [...readme.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path]) => path)
    expect(links.length).toBeGreaterThan(10)
    const held = new Set(installed.files.map(({ path }) => path))
    expect(links.filter((path) => !held.has(path))).toEqual([])
  })

  test('holds the vocabulary once', () => {
    const holders = installed.files.filter((file) =>
      readFileSync(inProject(`package/${file.path}`), 'utf8').includes(vocabularySample),
    )
    expect(holders).toHaveLength(1)
  })

  test('works by import', () => {
    const program = `import { loadHarmonyEncoding, parseConversation, StreamableParser } from 'gpt-oss-harmony'\nlet result\n${PROGRAM}\nconsole.log(result)`
    writeFileSync(inProject('imports.mjs'), program)
    expect(execFileSync('node', ['imports.mjs'], { cwd: installed.project, encoding: 'utf8' }).trim()).toBe(
      RESULT,
    )
  })

  test('works by require', () => {
    const program = `const { loadHarmonyEncoding, parseConversation, StreamableParser } = require('gpt-oss-harmony')\nlet result\n${PROGRAM}\nconsole.log(result)`
    writeFileSync(inProject('requires.cjs'), program)
    expect(
      execFileSync('node', ['requires.cjs'], {
        cwd: installed.project,
        encoding: 'utf8',
        stdio: 'pipe',
      }).trim(),
    ).toBe(RESULT)
  })

  test('works in a browser: as a bundle, where there is nothing of Node', async () => {
    const program = `import { loadHarmonyEncoding, parseConversation, StreamableParser } from 'gpt-oss-harmony'\nlet result\n${PROGRAM}\nglobalThis.result = result`
    const bundle = await bundleOf(program)
    expect(
      bundle.inputs.filter((path) => path.includes('get-east-asian-width') || path.includes('commander')),
    ).toEqual([])
    const browser = createContext({ TextEncoder, TextDecoder, ReadableStream, TransformStream, atob }) as {
      result?: string
    }
    runInContext(bundle.code, browser)
    expect(browser.result).toBe(RESULT)
  })

  test('brings neither zod nor the vocabulary where only the parsers are imported', async () => {
    const { code, inputs } = await bundleOf(
      `export { createParser, StreamableParser } from 'gpt-oss-harmony'`,
    )
    expect(inputs.filter((path) => path.includes('/zod/'))).toEqual([])
    expect(code).not.toContain(vocabularySample)
    expect(code).toContain('unterminated-header')
    expect(code.length).toBeLessThan(100_000)
  })

  test('needs zod for the schemas alone', () => {
    for (const { specifier } of publicEntries) {
      const { status, stderr } = spawnSync('node', ['--input-type=module', '-e', `import '${specifier}'`], {
        cwd: installed.project,
        encoding: 'utf8',
      })
      const needsZod = specifier === 'gpt-oss-harmony/schemas'
      expect(status, `${specifier}: ${stderr}`).toBe(needsZod ? 1 : 0)
      if (needsZod) expect(stderr).toContain("Cannot find package 'zod'")
    }
  })

  test.each([
    ['NodeNext', ts.ModuleKind.NodeNext, ts.ModuleResolutionKind.NodeNext],
    ['Bundler', ts.ModuleKind.ESNext, ts.ModuleResolutionKind.Bundler],
  ])('has types that stand on their own, under %s', (_, module, moduleResolution) => {
    for (const peer of ['@ai-sdk/provider', '@types/json-schema', 'openai', 'zod'])
      installPeer(installed, peer)
    // The types of @openai/agents 0.20 do not compile by themselves where exactOptionalPropertyTypes is on.
    const entries = publicEntries.filter(({ specifier }) => specifier !== 'gpt-oss-harmony/agents')
    const imports = entries.map(
      ({ specifier }, index) => `import * as entry${index} from '${specifier}'\nexport { entry${index} }\n`,
    )
    const program = `${imports.join('')}import { loadHarmonyEncoding, parseConversation, StreamableParser } from 'gpt-oss-harmony'\nlet result: string\n${PROGRAM}\nexport { result }`
    writeFileSync(inProject('typed.mts'), program)
    const typescript = ts.createProgram([inProject('typed.mts')], {
      module,
      moduleResolution,
      target: ts.ScriptTarget.ES2022,
      lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'],
      types: [],
      strict: true,
      noUncheckedIndexedAccess: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: false,
      noEmit: true,
    })
    const faults = ts.getPreEmitDiagnostics(typescript)
    expect(
      faults.map(
        ({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
      ),
    ).toEqual([])
  })
})

/** The code that a browser would get, with the modules that something of stayed in it. */
async function bundleOf(program: string): Promise<{ code: string; inputs: string[] }> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: program, resolveDir: installed.project },
    bundle: true,
    platform: 'browser',
    format: program.includes('export {') ? 'esm' : 'iife',
    write: false,
    metafile: true,
    logLevel: 'silent',
  })
  const [{ inputs }] = Object.values(metafile.outputs)
  const kept = Object.entries(inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0)
  return { code: outputFiles[0].text, inputs: kept.map(([path]) => path) }
}

describe('the packed command', () => {
  test('npx finds it in a project', () => {
    const argv = ['--no-install', 'gpt-oss-harmony', '--version']
    expect(execFileSync('npx', argv, { cwd: inProject('.'), encoding: 'utf8' })).toBe(`${manifest.version}\n`)
  })

  test('npx finds it in the clone', () => {
    const argv = ['--no-install', 'gpt-oss-harmony', '--version']
    expect(execFileSync('npx', argv, { cwd: root, encoding: 'utf8' })).toBe(`${manifest.version}\n`)
  })

  const main = 'node_modules/gpt-oss-harmony/dist/cli/main.js'

  test('runs, and says which version it is', () => {
    expect(execFileSync(inProject(main), ['--version'], { encoding: 'utf8' })).toBe(`${manifest.version}\n`)
  })

  test('ends with its exit code', () => {
    const { status, stdout, stderr } = spawnSync('node', [inProject(main), 'decode', '-'], {
      input: '1 two',
      encoding: 'utf8',
    })
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toMatch(/^harmony: standard input: token 1: [^\n]+\n$/)
  })

  test('writes a long output to a pipe to its end', () => {
    const input = 'one two '.repeat(200_000)
    const ids = spawnSync('node', [inProject(main), 'encode'], {
      input,
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    })
    expect(ids.stdout.endsWith(']\n')).toBe(true)
    const { stdout } = spawnSync('node', [inProject(main), 'decode'], {
      input: ids.stdout,
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    })
    expect(stdout).toBe(input)
  })

  test('ends quietly when its reader has had enough', async () => {
    const command = spawn('node', [inProject(main), 'inspect'])
    const stderr = text(command.stderr)
    command.stdout.once('data', () => command.stdout.destroy())
    command.stdin.on('error', () => undefined)
    command.stdin.end('200007 '.repeat(200_000))
    const [code] = (await once(command, 'close')) as [number]
    expect({ code, stderr: await stderr }).toEqual({ code: 0, stderr: '' })
  })

  test('ends with 130 when it is interrupted', async () => {
    const command = spawn('node', [inProject(main), 'render', '-'])
    command.stdin.on('error', () => undefined)
    const stderr = text(command.stderr)
    // More than the pipe holds: once it is written, the command is at work.
    await new Promise((resolve) => command.stdin.write(' '.repeat(1 << 22), resolve))
    command.kill('SIGINT')
    const [code] = (await once(command, 'close')) as [number]
    expect({ code, stderr: await stderr }).toEqual({ code: 130, stderr: '' })
  })
})
