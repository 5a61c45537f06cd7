import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { loadHarmonyEncoding } from '../../src/index.js'
import { axeViolations, CHROMIUM, contentWidth, launchChromium, titleWithChromium } from '../chromium.js'

// The built page in a real browser, opened as a file. Counts are those of the official library's encoding of the same
// texts, which test/official compares with ours.

const inRepository = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))

const encoding = loadHarmonyEncoding('HarmonyGptOss')
const tokensOf = (text: string) => encoding.encode(text, { allowedSpecial: 'all' })

describe.skipIf(CHROMIUM === undefined)(titleWithChromium('the playground'), () => {
  let folder: string
  let browser: BrowserContext
  let page: Page
  let complaints: string[]
  let requests: string[]

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'harmony-playground-'))
    const vite = join(inRepository('node_modules'), 'vite/bin/vite.js')
    const flags = [
      'build',
      '--config',
      inRepository('playground/vite.config.ts'),
      '--outDir',
      join(folder, 'page'),
    ]
    execFileSync(process.execPath, [vite, ...flags, '--logLevel', 'error'])
    browser = await launchChromium(join(folder, 'profile'))
  })
  afterAll(async () => {
    await browser.close()
    rmSync(folder, { recursive: true })
  })

  beforeEach(async () => {
    complaints = []
    requests = []
    page = await browser.newPage()
    page.setDefaultTimeout(15_000)
    page.on('console', (message) => complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    await page.goto(pathToFileURL(join(folder, 'page/index.html')).href)
    await page.getByRole('listbox').waitFor()
    page.on('request', (request) => requests.push(request.url()))
  })
  afterEach(async () => {
    await page.close()
    expect(complaints).toEqual([])
    expect(requests).toEqual([])
  })

  const view = (name: string) => page.getByRole('tab', { name }).click()
  const fill = (label: string, text: string) => page.getByRole('textbox', { name: label }).fill(text)
  const choose = (label: string, option: string) => page.getByLabel(label).selectOption(option)
  const count = (label: string) => page.getByRole('region', { name: label }).locator('output.count')
  const tokens = (label: string) => page.getByRole('region', { name: label }).getByRole('option')
  const alerts = () => page.getByRole('alert')
  /** Waits until an element says what it should. */
  const expectText = (locator: ReturnType<Page['locator']>, text: string) =>
    expect.poll(() => locator.innerText(), { timeout: 15_000 }).toContain(text)

  test('Write shows the tokens of what is typed, and an error at its place', async () => {
    await choose('Form', 'Text with markers')
    const text = '<|start|>user<|message|>Hello, Tōkyō 👋🏽<|end|><|start|>assistant'
    await fill('Prompt', text)
    await expectText(count('Tokens of the prompt'), `${tokensOf(text).length} tokens`)
    await page.getByLabel('ids', { exact: true }).check()
    const ids = await tokens('Tokens of the prompt').locator('.id').allInnerTexts()
    expect(ids.map(Number)).toEqual(tokensOf(text))

    await choose('Form', 'Chat Completions body')
    await fill('Prompt', '{\n  "messages": [\n    {"role": "user", "content": 5}\n  ]\n}')
    await expectText(alerts(), 'line 3')
    await fill('Prompt', '{"messages": [{"role": "user", "content": "Hi"}]}')
    await expect.poll(() => alerts().count()).toBe(0)
    await choose('Effort', 'High')
    await expectText(page.getByRole('listbox'), 'high')
  })

  test('Read shows messages, repairs, and what clients see, and plays the tokens', async () => {
    await view('Read')
    const text = '<|channel|>commentary to=functions.f json {"a":1}<|call|>'
    await fill('What was sampled', tokensOf(text).join(' '))
    await expectText(page.getByRole('region', { name: 'Messages' }), 'missing-message')
    await expectText(page.getByRole('region', { name: 'Messages' }), '"a": 1')
    await expectText(page.getByRole('region', { name: 'A Chat Completions client sees' }), '"name": "f"')
    await expectText(page.getByRole('region', { name: 'A Responses client sees' }), '"function_call"')
    expect(await page.locator('.token.marked').count()).toBeGreaterThan(0)
    await page.getByLabel('Replay').fill('1')
    await expectText(page.getByRole('region', { name: 'Sampled tokens' }), 'not sampled yet')
    expect(await page.locator('.token.unplayed').count()).toBe(tokensOf(text).length - 1)
  })

  test('Read takes a stream that is dropped as a file', async () => {
    await view('Read')
    const chunks = [
      '<|channel|>analysis<|message|>Hm',
      '.<|end|><|start|>assistant<|channel|>final<|message|>Hi',
    ]
    const events = chunks.map((chunk) =>
      JSON.stringify({
        object: 'text_completion',
        choices: [{ index: 0, text: '', token_ids: tokensOf(chunk) }],
      }),
    )
    const stream = [...events, '[DONE]'].map((event) => `data: ${event}\n\n`).join('')
    const transfer = await page.evaluateHandle((content) => {
      const data = new DataTransfer()
      data.items.add(new File([content], 'stream.txt'))
      return data
    }, stream)
    await page.dispatchEvent('[role=tabpanel] > *', 'drop', { dataTransfer: transfer })
    await expectText(page.getByRole('tabpanel'), 'Read as /v1/completions, a stream')
    await expectText(count('Sampled tokens'), `${tokensOf(chunks.join('')).length} tokens`)
    await expectText(page.getByRole('region', { name: 'Messages' }), 'assistant · final')
  })

  test('Compare finds where two prompts part, and what a cache keeps', async () => {
    await view('Compare')
    await page.getByLabel('Form').nth(0).selectOption('Token ids')
    await page.getByLabel('Form').nth(1).selectOption('Token ids')
    const shared = Array.from({ length: 20 }, (_, index) => 1000 + index)
    await fill('First prompt', [...shared, 13, 13, 13].join(' '))
    await fill('Second prompt', [...shared, 11].join(' '))
    const comparison = page.getByRole('region', { name: 'Comparison' })
    await expectText(
      comparison,
      'The first 20 tokens are shared. Token 20 differs: . (13) in the first, , (11) in',
    )
    // Of 23 and 21 tokens, one block of 16 is the same.
    await expectText(comparison, 'keeps 16 tokens, loses 7 tokens, and computes 5 tokens')
  })

  test('a stack that leaves something out says what', async () => {
    await choose('Form', 'Chat Completions body')
    const user = { role: 'user', content: 'Hi' }
    const body = { messages: [user, { role: 'assistant', content: 'No.', reasoning: 'Sun.' }, user] }
    await fill('Prompt', JSON.stringify(body))
    await choose('Rendered by', 'sglang')
    await expectText(page.getByRole('region', { name: 'Left out' }), 'messages[1].reasoning unread-reasoning')
  })

  test('an id and a text are looked up', async () => {
    await page.getByLabel('Look up an id or a text').fill('200005')
    await expectText(page.locator('.found'), '<|channel|>, bytes 3c 7c')
  })

  test('a shared address opens what was shared', async () => {
    await choose('Form', 'Text with markers')
    await fill('Prompt', '<|start|>user<|message|>Shared<|end|>')
    await page.getByRole('button', { name: 'Share' }).click()
    await expect.poll(() => page.url()).toContain('#')
    const other = await browser.newPage()
    await other.goto(page.url())
    await expectText(other.getByRole('listbox'), 'Shared')
    await other.close()
  })

  test('every example opens without an error', async () => {
    const picker = page.getByLabel('Open an example')
    const values = await picker
      .locator('option')
      .evaluateAll((options) => options.map((option) => (option as HTMLOptionElement).value).filter(Boolean))
    expect(values.length).toBeGreaterThan(30)
    for (const value of values) {
      await picker.selectOption(value)
      expect([value, await alerts().count()]).toEqual([value, 0])
    }
  })

  test('the keyboard moves between views and tokens', async () => {
    await page.getByRole('tab', { name: 'Write' }).focus()
    await page.keyboard.press('ArrowRight')
    expect(await page.getByRole('tab', { name: 'Read' }).getAttribute('aria-selected')).toBe('true')
    await page.getByRole('listbox').focus()
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('ArrowRight')
    await expectText(page.locator('.token-detail'), 'token 2')
  })

  test('100,000 tokens scroll without a stutter: only those in view exist', async () => {
    await choose('Form', 'Text with markers')
    const text = `<|start|>user<|message|>${'one two three '.repeat(33_400)}<|end|>`
    await fill('Prompt', text)
    await expectText(count('Tokens of the prompt'), `${tokensOf(text).length.toLocaleString('en')} tokens`)
    expect(await tokens('Tokens of the prompt').count()).toBeLessThan(2000)
    const slowest = await page.getByRole('listbox').evaluate(async (box) => {
      const frame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve))
      let slowest = 0
      let last = await frame()
      for (let step = 1; step <= 60; step++) {
        box.scrollTop = (box.scrollHeight * step) / 60
        const now = await frame()
        slowest = Math.max(slowest, now - last)
        last = now
      }
      return slowest
    })
    // A frame takes 17 ms; a loaded machine several.
    expect(slowest).toBeLessThan(500)
  })

  test.each([
    ['light', 1280],
    ['dark', 360],
  ] as const)(
    'no view breaks a rule of axe-core, or is wider than the screen: %s, %i',
    async (colorScheme, width) => {
      await page.emulateMedia({ colorScheme })
      await page.setViewportSize({ width, height: 800 })
      for (const name of ['Write', 'Read', 'Compare']) {
        await view(name)
        await page.getByRole('listbox').first().waitFor()
        expect([name, await axeViolations(page)]).toEqual([name, []])
        expect(await contentWidth(page)).toBeLessThanOrEqual(width)
      }
    },
  )
})
