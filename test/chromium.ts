import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import type Axe from 'axe-core'
import { type BrowserContext, chromium, type Page } from 'playwright-core'

/** Where Chromium is; `undefined` where it is not installed. */
export const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  existsSync,
)

/** The title of a suite that needs Chromium, with the reason if it is skipped. */
export function titleWithChromium(title: string): string {
  return CHROMIUM
    ? title
    : `${title} (skipped: there is no Chromium, install one: \`apt-get install chromium\`)`
}

/** @param profile a folder for what Chromium keeps */
export function launchChromium(profile: string): Promise<BrowserContext> {
  return chromium.launchPersistentContext(profile, {
    executablePath: CHROMIUM!,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}

/** The rules of axe-core that a page breaks, each with the elements that break it. */
export async function axeViolations(page: Page): Promise<string[]> {
  await page.addScriptTag({ path: createRequire(import.meta.url).resolve('axe-core') })
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: typeof Axe }
    const { violations } = await axe.run()
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
  })
}

/** How wide a page's content is. */
export function contentWidth(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth')
}
