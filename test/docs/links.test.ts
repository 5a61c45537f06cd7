import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const root = new URL('../../', import.meta.url)
const pages = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'conformance/README.md'].concat(
  readdirSync(new URL('docs/', root)).map((name) => `docs/${name}`),
)

test.each(pages)('%s: each link leads to a file, and to a heading of it', (page) => {
  const text = withoutCode(page)
  const links = [...text.matchAll(/\]\(([^)\s]+)\)|\bsrc="([^"]+)"/g)].map(([, link, image]) => link ?? image)
  const broken = links.filter(
    (link) => !/^https?:/.test(link) && !leadsSomewhere(new URL(link, new URL(page, root))),
  )
  expect(broken).toEqual([])
})

function leadsSomewhere({ href, hash }: URL): boolean {
  const file = new URL(href.replace(/#.*$/, ''))
  if (!existsSync(file)) return false
  return hash === '' || headingsOf(file).includes(hash.slice(1))
}

/** The anchors of a page's headings, as GitHub makes them. */
function headingsOf(file: URL): string[] {
  return withoutCode(file.href)
    .split('\n')
    .filter((line) => /^#+ /.test(line))
    .map((line) =>
      line
        .replace(/^#+ /, '')
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(' ', '-'),
    )
}

function withoutCode(page: string): string {
  return readFileSync(new URL(page, root), 'utf8').replace(/```[^]*?```/g, '')
}
