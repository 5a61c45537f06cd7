import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { chromium } from 'playwright-core'
import { build } from 'vite'

const configFile = fileURLToPath(new URL('../playground/vite.config.ts', import.meta.url))

/** Builds the playground, and calls `use` with the page in Chromium. */
export async function openPlayground(use) {
  const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
    existsSync,
  )
  if (executablePath === undefined) throw new Error('no Chromium found: `apt-get install chromium`')
  const outDir = mkdtempSync(join(tmpdir(), 'harmony-playground-'))
  const browser = await chromium.launch({
    executablePath,
    args: ['--headless', '--no-sandbox', '--disable-gpu'],
  })
  try {
    await build({ configFile, build: { outDir }, logLevel: 'error' })
    const page = await browser.newPage({ viewport: { width: 1280, height: 760 } })
    await page.goto(pathToFileURL(join(outDir, 'index.html')).href)
    await use(page)
  } finally {
    await browser.close()
    rmSync(outDir, { recursive: true })
  }
}
