import { toolCallsOf } from 'gpt-oss-harmony'
import { type BrowserOptions, createBrowser, createToolSet } from 'gpt-oss-harmony/tools'
import { expect, test, vi } from 'vitest'

const ROME = [
  'Rome is the capital of [Italy](https://italy.test/about "About Italy"). ![A map](map.png) It lies on the',
  'Tiber.',
  '',
  '## Weather',
  ...Array.from({ length: 300 }, (_, day) => `Day ${day}: ${day % 100 === 7 ? 'rain' : 'sun'}`),
  'See [the forecast](/forecast) and [nothing](mailto:a@b.test) of it.',
].join('\n')

function open(options: Partial<BrowserOptions> = {}) {
  const search = vi.fn<BrowserOptions['search']>(() => [
    { url: 'https://rome.test/', title: 'Rome', text: 'The city.' },
    { url: 'https://italy.test/', title: 'Italy' },
  ])
  const fetch = vi.fn<BrowserOptions['fetch']>((url) => ({
    title: `Page of ${new URL(url).host}`,
    text: ROME,
  }))
  const browser = createBrowser({ search, fetch, ...options })
  const tools = createToolSet([browser])
  const run = async (name: string, input: object) =>
    tools.run(
      toolCallsOf([
        {
          role: 'assistant',
          channel: 'analysis',
          recipient: `browser.${name}`,
          content: JSON.stringify(input),
        },
      ])[0],
    )
  const lines = async (name: string, input: object) => (await run(name, input)).text.split('\n')
  return { search, fetch, browser, run, lines }
}

test('a search shows its results with links, and asks for as many as the model wants', async () => {
  const { search, run, lines } = open()
  expect(await lines('search', { query: 'rome' })).toEqual([
    '[0] rome',
    '**viewing lines [0 - 3] of 3**',
    '',
    'L0: 【0†Rome†rome.test】',
    'L1: The city.',
    'L2: ',
    'L3: 【1†Italy†italy.test】',
  ])
  const { value } = await run('search', { query: 'x', topn: 1, source: 'news' })
  expect(value).toEqual({ type: 'search', query: 'x', sources: [{ type: 'url', url: 'https://rome.test/' }] })
  expect(search.mock.calls.map(([query, { topn, source }]) => [query, topn, source])).toEqual([
    ['rome', 10, undefined],
    ['x', 1, 'news'],
  ])
})

test('a page has numbered lines of at most 80 letters, and links with ids and other hosts', async () => {
  const { lines } = open()
  const shown = await lines('open', { id: 'https://rome.test/', num_lines: 5 })
  expect(shown).toEqual([
    '[0] Page of rome.test (https://rome.test/)',
    '**viewing lines [0 - 4] of 304**',
    '',
    'L0: Rome is the capital of 【0†Italy†italy.test】. [Image: A map] It lies on the',
    'L1: Tiber.',
    'L2: ',
    'L3: ## Weather',
    'L4: Day 0: sun',
  ])
  const wide = open({ fetch: () => ({ title: 'Wide', text: `${'word '.repeat(40)}\n${'x'.repeat(200)}` }) })
  const texts = (await wide.lines('open', { id: 'https://wide.test' })).slice(3)
  expect(texts.map((line) => line.length - 4)).toEqual([79, 79, 39, 200])
})

test('as many lines are shown as fit, and the rest by scrolling, under the same cursor', async () => {
  const { lines } = open({ viewTokens: 100 })
  const first = await lines('open', { id: 'https://rome.test/' })
  const last = Number(/- (\d+)\]/.exec(first[1])![1])
  expect(last).toBeGreaterThan(5)
  expect(last).toBeLessThan(30)
  expect((await lines('open', { loc: last + 1 })).slice(0, 2)).toEqual([
    '[0] Page of rome.test (https://rome.test/)',
    expect.stringMatching(new RegExp(`^\\*\\*viewing lines \\[${last + 1} - `)),
  ])
  expect((await lines('open', { loc: 300, num_lines: 1000 }))[1]).toBe('**viewing lines [300 - 304] of 304**')
})

test('a link is followed by its id, from the page of the cursor or the last one', async () => {
  const { fetch, lines } = open()
  await lines('search', { query: 'rome' })
  expect((await lines('open', { id: 1 }))[0]).toBe('[1] Page of italy.test (https://italy.test/)')
  expect((await lines('open', { id: '0', cursor: 0 }))[0]).toBe('[2] Page of rome.test (https://rome.test/)')
  expect((await lines('open', { id: 1, cursor: -1, loc: -1, num_lines: -1 }))[0]).toBe(
    '[3] Page of rome.test (https://rome.test/forecast)',
  )
  expect(fetch.mock.calls.map(([url]) => url)).toEqual([
    'https://italy.test/',
    'https://rome.test/',
    'https://rome.test/forecast',
  ])
})

test('a page is read in linear time, whatever a stranger wrote', async () => {
  const units = ['[a](b', '[', '![', 'x', ' ', '](']
  for (const unit of units) {
    const { lines } = open({ fetch: () => ({ title: '', text: `[a](${unit.repeat(200_000)}` }) })
    const start = performance.now()
    await lines('open', { id: 'https://rome.test/' })
    // Quadratic time took minutes.
    expect(performance.now() - start, unit).toBeLessThan(5000)
  }
})

test('the source of a page is fetched on request', async () => {
  const { fetch, lines } = open()
  await lines('open', { id: 'https://rome.test/' })
  expect((await lines('open', { view_source: true }))[0]).toMatch(/^\[1\]/)
  expect(fetch.mock.calls.map(([url, { viewSource }]) => [url, viewSource])).toEqual([
    ['https://rome.test/', false],
    ['https://rome.test/', true],
  ])
})

test('a list of results has no source to fetch', async () => {
  const { fetch, run } = open()
  await run('search', { query: 'rome' })
  expect((await run('open', { view_source: true })).isError).toBe(true)
  expect(fetch).not.toHaveBeenCalled()
})

test('a page that says no place of its own is where it was asked for', async () => {
  const { browser, run } = open({ fetch: () => ({ title: 'Rome', text: '', url: undefined }) })
  await run('open', { id: 'https://rome.test/' })
  expect(browser.pageOf(0)?.url).toBe('https://rome.test/')
})

test('matches are found over broken lines and in any case, and open their page at their line', async () => {
  const { lines, run } = open()
  await lines('open', { id: 'https://rome.test/' })
  expect(await lines('find', { pattern: 'lies ON the tiber.' })).toEqual([
    '[1] Find results for text: `lies ON the tiber.` in `Page of rome.test` (https://rome.test/)',
    '**viewing lines [0 - 5] of 5**',
    '',
    'L0: 【0†match at L0】',
    'L1: Rome is the capital of 【0†Italy†italy.test】. [Image: A map] It lies on the',
    'L2: Tiber.',
    'L3: ',
    'L4: ## Weather',
    'L5: ',
  ])
  const { text, value } = await run('find', { pattern: 'rain', cursor: 0 })
  expect(text.match(/match at L\d+/g)).toEqual(['match at L11', 'match at L111', 'match at L211'])
  expect(value).toEqual({ type: 'find_in_page', url: 'https://rome.test/', pattern: 'rain' })
  expect((await lines('open', { id: 2, num_lines: 1 })).slice(0, 4)).toEqual([
    '[0] Page of rome.test (https://rome.test/)',
    '**viewing lines [211 - 211] of 304**',
    '',
    'L211: Day 207: rain',
  ])
  expect(await lines('find', { pattern: '.*', cursor: 0 })).toEqual([
    'No matches of `.*` in `Page of rome.test`.',
  ])
})

test('citations find their pages', async () => {
  const { browser, lines } = open()
  await lines('search', { query: 'rome' })
  await lines('open', { id: 0 })
  expect([0, 1, 2].map((cursor) => browser.pageOf(cursor))).toEqual([
    undefined,
    { url: 'https://rome.test/', title: 'Page of rome.test' },
    undefined,
  ])
})

test.each([
  ['open', {}, 'no page is open yet: search, or open a URL'],
  ['find', { pattern: 'x' }, 'no page is open yet: search, or open a URL'],
  ['search', {}, 'query is missing, wanted a text'],
  ['find', { pattern: ' ' }, 'pattern is missing, wanted a text'],
  ['search', { query: 'x', topn: 'many' }, 'topn is "many", wanted a whole number'],
])('%s of %j is an error that the model can act on', async (name, input, message) => {
  expect(await open().run(name, input)).toMatchObject({ isError: true, text: `Error: ${message}` })
})

test.each([
  [{ cursor: 3 }, 'there is no page with cursor 3, wanted one from 0 to 0'],
  [{ id: 9 }, 'page 0 has no link 9: it has 2, counted from 0'],
  [{ loc: 305 }, 'page 0 has no line 305: its last is 304'],
])('open of %j, which is not there, is an error that the model can act on', async (input, message) => {
  const { run } = open()
  await run('open', { id: 'https://rome.test/' })
  expect(await run('open', input)).toMatchObject({ isError: true, text: `Error: ${message}` })
})

test('what a fetch throws is an error that the model reads, and no page', async () => {
  const { browser, run } = open({ fetch: () => Promise.reject(new Error('404')) })
  expect(await run('open', { id: 'https://rome.test/' })).toMatchObject({ isError: true, text: 'Error: 404' })
  expect(browser.pageOf(0)).toBeUndefined()
})
