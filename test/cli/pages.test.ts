import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { BrowserContext } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { axeViolations, CHROMIUM, contentWidth, launchChromium, titleWithChromium } from '../chromium.js'
import { harmony } from './harmony.js'

// The pages that commands write, opened as files in a real browser.

const LONG_WORD = 'abcdefghij'.repeat(20)

const INSPECTED = {
  'with deviations, long words and long names':
    `<|channel|>analysis<|message|>${LONG_WORD}<|end|> so <|start|>assistant<|channel|>commentary<|channel|>commentary ` +
    `to=functions.${LONG_WORD} json {"note": "${LONG_WORD}"}<|call|>`,
  'of thousands of tokens': `<|channel|>final<|message|>${'word '.repeat(20_000)}<|return|>`,
  'of a prompt': `<|start|>user<|message|>Hi<|end|><|start|>assistant<|channel|>commentary to=functions.${LONG_WORD}`,
  'of several answers': JSON.stringify({
    choices: [{ token_ids: [200005, 17196, 200008, 12194, 200002] }, { token_ids: [200005, 17196] }],
  }),
}

describe.skipIf(CHROMIUM === undefined)(titleWithChromium('the pages of commands'), () => {
  let folder: string
  let browser: BrowserContext
  const at = (name: string) => join(folder, name)

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'harmony-pages-'))
    browser = await launchChromium(at('profile'))
    const completions = ['<|channel|>final<|message|>Hi<|return|>', '<|channel|>analysis<|message|>Hm']
    writeFileSync(
      at('completions.jsonl'),
      completions.map((text) => `${JSON.stringify({ text })}\n`).join(''),
    )
    writeFileSync(at('in.jsonl'), '{"messages": [{"role": "user", "content": "Hi"}]}\n')
    const question = { id: 'a', question: '6 · 7?', answer: 42, grader: 'integer' }
    writeFileSync(at('questions.jsonl'), JSON.stringify(question))
  })
  afterAll(async () => {
    await browser.close()
    rmSync(folder, { recursive: true })
  })

  test.each(Object.entries(INSPECTED))('inspect --html, %s', async (_, stdin) => {
    await expectSoundPage(['inspect', '--html', at('page.html')], stdin)
  })

  test('prefill --plot', async () => {
    await expectSoundPage(['prefill', at('in.jsonl'), '-o', at('out.jsonl'), '--plot', at('page.html')])
  })

  test('bench-engine --plot', async () => {
    const engine = ['--engine', 'replay', '--completions', at('completions.jsonl'), '--model', LONG_WORD]
    const load = ['--num-prompts', '6', '--input-len', '100']
    await expectSoundPage(['bench-engine', ...engine, ...load, '--plot', at('page.html')])
  })

  test('eval run --plot', async () => {
    const engine = ['--engine', 'replay', '--completions', at('completions.jsonl')]
    const files = [at('questions.jsonl'), '-o', at('answers.jsonl'), '--plot', at('page.html')]
    await expectSoundPage(['eval', 'run', ...files, ...engine, '--published', 'gpt-oss-20b/aime25'])
  })

  /** Nothing in the console, nothing loaded, no rule of axe-core broken, and no wider than the screen. */
  async function expectSoundPage(argv: readonly string[], stdin = ''): Promise<void> {
    expect(await harmony(argv, { stdin })).toMatchObject({ code: 0 })
    const page = await browser.newPage()
    try {
      const complaints: string[] = []
      const requests: string[] = []
      page.on('console', (message) => complaints.push(message.text()))
      page.on('pageerror', (error) => complaints.push(error.message))
      page.on('request', (request) => requests.push(request.url()))
      const { href } = pathToFileURL(at('page.html'))
      for (const [colorScheme, width] of [
        ['light', 1280],
        ['dark', 400],
      ] as const) {
        await page.emulateMedia({ colorScheme })
        await page.setViewportSize({ width, height: 800 })
        await page.goto(href)
        await page.evaluate(
          `document.querySelectorAll('details').forEach((details) => (details.open = true))`,
        )
        expect([colorScheme, await axeViolations(page)]).toEqual([colorScheme, []])
        expect(await contentWidth(page)).toBeLessThanOrEqual(width)
      }
      expect(complaints).toEqual([])
      expect(requests).toEqual([href, href])
    } finally {
      await page.close()
    }
  }
})
