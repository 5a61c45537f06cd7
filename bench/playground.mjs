// `node bench/playground.mjs`: how fast the playground is with 100,000 tokens, in milliseconds. Needs Chromium.
import { openPlayground } from '../scripts/open-playground.mjs'

await openPlayground(async (page) => {
  const editor = page.getByRole('textbox', { name: 'Prompt' })
  await page.getByLabel('Form').selectOption('Text with markers')
  const shown = await timeOf(async () => {
    await editor.fill(`<|start|>user<|message|>${'one two three '.repeat(33_400)}<|end|>`)
    await page.waitForFunction(() => document.querySelector('output.count').textContent.startsWith('100,'))
  })
  console.log(`paste to tokens: ${shown.toFixed(0)}`)

  const frames = await page.getByRole('listbox').evaluate(async (box) => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve))
    const times = []
    let last = await frame()
    for (let step = 1; step <= 200; step++) {
      box.scrollTop = (box.scrollHeight * step) / 200
      const now = await frame()
      times.push(now - last)
      last = now
    }
    return times
  })
  report('scrolling, a frame', frames)

  await editor.focus()
  const keys = []
  for (let count = 0; count < 20; count++) {
    keys.push(
      await timeOf(async () => {
        await page.keyboard.type('a')
        await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)))
      }),
    )
    await page.waitForTimeout(100)
  }
  report('typing, key to frame', keys)
})

async function timeOf(run) {
  const start = performance.now()
  await run()
  return performance.now() - start
}

function report(title, times) {
  const sorted = times.toSorted((one, other) => one - other)
  const [median, highest] = [sorted[sorted.length >> 1], sorted.at(-1)].map((time) => time.toFixed(0))
  console.log(`${title}: median ${median}, highest ${highest}`)
}
