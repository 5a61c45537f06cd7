// `node scripts/playground-picture.mjs`: writes the picture of the playground that README.md shows. Needs Chromium.
import { fileURLToPath } from 'node:url'
import { openPlayground } from './open-playground.mjs'

await openPlayground(async (page) => {
  await page.getByRole('tab', { name: 'Read' }).click()
  // The channel twice, and a call without its `<|message|>`: two repairs.
  await page
    .getByRole('textbox', { name: 'What was sampled' })
    .fill(
      '<|channel|>analysis<|message|>I need the weather in Tokyo.<|end|><|start|>assistant<|channel|>commentary' +
        '<|channel|>commentary to=functions.get_weather json {"location": "Tokyo"}<|call|>',
    )
  await page.getByRole('region', { name: 'Messages' }).getByText('missing-message').waitFor()
  await page.screenshot({ path: fileURLToPath(new URL('../playground/picture.png', import.meta.url)) })
})
