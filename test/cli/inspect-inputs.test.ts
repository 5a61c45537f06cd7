import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { loadHarmonyEncoding } from 'gpt-oss-harmony'
import { DEVIATION_TEXTS } from '../../src/inspect/index.js'
import { harmony } from './harmony.js'

const folder = mkdtempSync(join(tmpdir(), 'harmony-inspect-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function inspect(stdin: string, flags: readonly string[] = []): Promise<string> {
  const { code, stdout, stderr } = await harmony(['inspect', ...flags], { stdin })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return stdout
}

// The ids are those of the official library (openai-harmony 0.0.8): 13225 is `Hello`, 2375 ` world`.
describe('inspect reads', () => {
  test.each([
    [
      '/v1/completions',
      JSON.stringify({ object: 'text_completion', choices: [{ token_ids: [200005, 17196, 200008, 13225] }] }),
    ],
    [
      'SGLang /generate, a stream',
      'data: {"output_ids":[200005,17196,200008,13225],"meta_info":{}}\n\ndata: [DONE]\n\n',
    ],
    ['text with markers, ids that spell the text', '<|channel|>final<|message|>Hello'],
  ])('%s, and says so', async (source, stdin) => {
    expect((await inspect(stdin)).split('\n').slice(0, 3)).toEqual([
      source,
      '     0  <|channel|>    final',
      '     2  <|message|>    Hello',
    ])
  })

  test('every answer', async () => {
    const output = await inspect(JSON.stringify({ choices: [{ token_ids: [13225] }, { token_ids: [2375] }] }))
    expect(output).toMatch(/answer 1 of 2\n.*Hello\n[^]*answer 2 of 2\n.*world\n/)
  })

  test('one of many lines', async () => {
    const lines = '{"token_ids":[13225]}\n{"token_ids":[2375]}\n'
    expect(await inspect(lines)).toMatch(/^engine's output, line 1; 2 lines\n.*Hello\n/)
    expect(await inspect(lines, ['--line', '2'])).toMatch(/^engine's output, line 2; 2 lines\n.*world\n/)
    expect(await harmony(['inspect', '--line', '3'], { stdin: lines })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('standard input: line 3: found no such line') as string,
    })
  })
})

describe('inspect --compare', () => {
  function fileOf(name: string, text: string): string {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }

  test('shows where two inputs part', async () => {
    const first = fileOf('first.txt', '200006 1428 200008 12194 200007 200006 173781')
    const second = fileOf('second.txt', '[200006, 1428, 200008, 13225, 200007, 200006, 173781]')
    const output = (await inspect('', [first, '--compare', second])).replaceAll(`${folder}/`, '')
    expect(output.split('\n').map((line) => line.replace(/ {2,}/g, '  '))).toEqual([
      'first.txt  7 tokens',
      'second.txt  7 tokens',
      'shared  3 tokens',
      'cache  keeps 0 tokens in blocks of 16; 7 are lost, 7 are computed',
      'place  token 3, message 0, user',
      'before  0  "<|start|>user<|message|>"',
      'first.txt  3  "Hi<|end|><|start|>assistant"',
      'second.txt  3  "Hello<|end|><|start|>assistant"',
      '',
    ])
  })

  test('says of equal inputs that they are', async () => {
    const same = fileOf('same.txt', '200006 1428')
    expect(await inspect('200006 1428', ['--compare', same])).toMatch(
      /shared +2 tokens: the two are equal\n$/,
    )
  })

  test('compares a Chat body in two dialects', async () => {
    // The prompts are those of the stacks themselves (fixtures/dialects).
    const [line] = readFileSync(
      new URL('../../fixtures/dialects/requests.jsonl', import.meta.url),
      'utf8',
    ).split('\n')
    const { request, prompts } = JSON.parse(line) as { request: object; prompts: Record<string, string> }
    const encoding = loadHarmonyEncoding('HarmonyGptOss')
    const [hf, sglang] = ['hf', 'sglang'].map((stack) =>
      encoding.encode(prompts[stack], { allowedSpecial: 'all' }),
    )
    const shared = hf.findIndex((token, index) => token !== sglang[index])
    const flags = ['--dialect', 'hf', '--date', '2025-06-28', '--compare', 'sglang']
    const output = await inspect(JSON.stringify(request), flags)
    expect(output).toContain(`hf      ${hf.length} tokens\n`)
    expect(output).toContain(`sglang  ${sglang.length} tokens\n`)
    expect(output).toContain(`\nshared  ${shared} tokens\n`)
  })

  test.each([
    ['a file beside a dialect', ['--dialect', 'hf', '--date', 'x', '--compare', 'b'], '--compare: found b'],
    ['a dialect without a date', ['--dialect', 'hf'], '--dialect: wanted --date'],
    ['a date without a dialect', ['--date', '2025-06-28'], '--date: wanted --dialect'],
  ])('%s is wrong usage', async (_, flags, message) => {
    expect(await harmony(['inspect', ...flags], { stdin: '{"messages":[]}' })).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining(message) as string,
    })
  })
})

describe('inspect --html', () => {
  async function pageOf(stdin: string): Promise<string> {
    const file = join(folder, 'page.html')
    expect(await inspect(stdin, ['--html', file])).toBe('')
    return readFileSync(file, 'utf8')
  }

  test('loads nothing, runs nothing, and shows what HTML would read as markup', async () => {
    const page = await pageOf(
      '<|channel|>commentary to=<b><|message|>{"a":"<script>alert(1)</script>"}<|end|> <img> <|start|>assistant<|channel|>"><i><|message|>&amp;<|return|>',
    )
    expect(page).not.toMatch(/<script|<img|<b>|<i>|https?:|url\(/)
    expect(page).toContain('&#60;script&#62;alert(1)&#60;/script&#62;')
    expect(page).toContain('&#38;amp;')
  })

  test('has a card for each message, its deviations, and both answers', async () => {
    const page = await pageOf(
      '<|channel|>analysis<|message|>Hm.<|end|> so <|start|>assistant<|channel|>commentary to=functions.f<|message|>{"a":1}<|call|>',
    )
    expect(page.match(/<article class="\w+"/g)).toEqual([
      '<article class="analysis"',
      '<article class="commentary"',
    ])
    expect(page).toContain(
      `<strong>text-between-messages</strong>, tokens 6–7: ${DEVIATION_TEXTS['text-between-messages']}`,
    )
    expect(page).toContain('{\n  &#34;a&#34;: 1\n}</pre>')
    expect(page).toMatch(/Chat Completions<\/summary>[^]*&#34;finish_reason&#34;: &#34;tool_calls&#34;/)
    expect(page).toMatch(/Responses<\/summary>[^]*&#34;type&#34;: &#34;function_call&#34;/)
  })

  test('shows a prompt without answers', async () => {
    const page = await pageOf('200006 1428 200008 12194 200007 200006 173781')
    expect(page).toContain('<strong>user</strong>')
    expect(page).toContain('The engine goes on after <code>&#60;|start|&#62;assistant</code> (tokens 5–6).')
    expect(page).not.toContain('Chat Completions')
  })
})
