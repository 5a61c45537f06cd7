import { expect, test } from 'vitest'
import { textOfHtml, titleOfHtml } from '../../src/cli/serve/html-text.js'

// By the rules of HTML: what a browser shows, without its layout.
test.each<[rule: string, html: string, text: string]>([
  [
    'a block is a line',
    '<p>One\ttwo</p><div>three<br>four</div><ul><li>a<li>b</ul>',
    'One two\nthree\nfour\na\nb',
  ],
  ['cells are kept apart', '<table><tr><td>1<td>2<tr><td>3</table>', '1 2\n3'],
  ['a link has its address', 'See <a href="/a">the <b>page</b></a>.', 'See [the page](/a).'],
  ['an address may have any quotes', `<a href='/a'>1</a> <a class=x href=/b>2</a>`, '[1](/a) [2](/b)'],
  ['a link within the page is text', '<a href="#top">Up</a> <a href="/a#b">On</a>', 'Up [On](/a)'],
  ['a link ends where the next begins', '<a href="/a">1<a href="/b">2', '[1](/a)[2](/b)'],
  ['a link without text is left out', '<a href="/a"><img src="x"></a>End', 'End'],
  ['scripts, styles and comments are not shown', '<style>p{}</style>a<script>1<2</script><!-- b -->c', 'ac'],
  ['an element that closes itself hides nothing', '<svg/>a<svg>b</svg>c', 'ac'],
  ['an element that is not closed hides nothing', '<noscript>a', 'a'],
  ['a title is not part of the text', '<head><title>T</title></head><body>a</body>', 'a'],
  ['a head may be left open', '<head><meta name="x"><p>a', 'a'],
  ['what is no tag is text', '1 < 2 <3 <!doctype html><?xml?></3>', '1 < 2 <3'],
  [
    'entities are their characters',
    '&lt;b&gt; &#8217;&#x2019; &amp;amp; &#9999999; &unknown;',
    '<b> ’’ &amp; &#9999999; &unknown;',
  ],
])('%s', (_, html, text) => {
  expect(textOfHtml(html)).toBe(text)
})

test('the title is that of the page', () => {
  expect(titleOfHtml('<head><TITLE lang="en"> A\n&amp; B </TITLE>')).toBe('A & B')
  expect(titleOfHtml('<p>a')).toBeUndefined()
})

test.each([
  '<',
  '<a',
  '<!--',
  '</',
  '<svg>',
  '<script>',
  '<title',
  '<a href="',
  '<a href="/a">',
  '<a href="/a">b</a>',
  '&',
  '&#',
  ' ',
  '\f',
  '\n',
])('a page of any length takes linear time: %j', (unit) => {
  const page = `a${unit.repeat(2_000_000 / unit.length)}b`
  const start = performance.now()
  textOfHtml(page)
  titleOfHtml(page)
  // Quadratic time would be hours.
  expect(performance.now() - start).toBeLessThan(10_000)
})
