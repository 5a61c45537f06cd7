// Texts of the kinds that tools return, made of chance with a fixed seed and of words
// from the corpora that are read.

import { createHash } from 'node:crypto'
import { createRandom } from './random.mjs'

/** Each function gives a text of `size` characters. */
export function createTexts(size, { prose, code, emoji }) {
  const random = createRandom(11)
  const pick = (list) => list[random(list.length)]
  const digest = (algorithm, encoding) =>
    createHash(algorithm)
      .update(String(random(2 ** 31)))
      .digest(encoding)
  const uuid = () => digest('md5', 'hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
  const time = () => new Date(1_760_000_000_000 + random(2 ** 31)).toISOString()
  const address = () => [10, random(256), random(256), random(256)].join('.')
  const sentences = prose.split(/(?<=[.!?])\s+/).filter((text) => text.length > 20 && text.length < 200)
  const words = prose.match(/\b[a-z]{3,12}\b/g)
  const lines = code.split('\n').filter((line) => line.length > 3 && line.length < 120)
  const path = () => `${pick(words)}/${pick(words)}-${pick(words)}/${pick(words)}.${pick(EXTENSIONS)}`
  const fill = (part) => {
    const parts = []
    for (let length = 0; length < size; length += parts.at(-1).length + 1) parts.push(part())
    return parts.join('\n').slice(0, size).toWellFormed()
  }

  return {
    hashes: () =>
      fill(() =>
        JSON.stringify({
          path: path(),
          size: random(10_000_000),
          sha256: digest('sha256', 'hex'),
          integrity: `sha512-${digest('sha512', 'base64')}`,
          etag: digest('md5', 'base64url'),
          modified: time(),
        }),
      ),

    uuids: () => fill(() => `${uuid()},${uuid()} ${uuid()}`),

    logs: () =>
      fill(() =>
        pick([
          () =>
            `${address()} - - [${time()}] "GET /${path()}?id=${random(1e6)} HTTP/1.1" ${pick([200, 304, 404, 500])} ${random(1e5)} "-" "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"`,
          () =>
            `${time()} ${pick(LEVELS)} [worker-${random(32)}] ${pick(words)}.${pick(words)}: ${pick(sentences)} requestId=${uuid()} durationMs=${random(5000)}`,
          () =>
            `${time()} ERROR Error: ${pick(sentences)}\n    at ${pick(words)} (/srv/app/${path()}:${random(2000)}:${random(80)})\n    at async ${pick(words)} (/srv/app/${path()}:${random(2000)}:${random(80)})`,
        ])(),
      ),

    csv: () =>
      fill(
        () =>
          `${random(1e7)},"${pick(words)}, ${pick(words)}",${time().slice(0, 10)},${(random(1e7) / 100).toFixed(2)},${pick(words)}@example.com,${(random(36e6) / 1e5 - 180).toFixed(5)},${pick(['true', 'false', ''])}`,
      ),

    emoji: () =>
      fill(() => {
        const cluster = Array.from({ length: 1 + random(4) }, () => pick(emoji)).join('')
        return random(3) === 0 ? `${pick(words)} ${pick(words)} ${cluster}` : cluster
      }),

    latex: () =>
      fill(() =>
        pick([
          () => pick(sentences),
          () => `${pick(sentences)} Let $${formula(random, pick)}$, so that $${formula(random, pick)}$.`,
          () =>
            `\\begin{align*}\n  ${formula(random, pick)} &= ${formula(random, pick)} \\\\\n  &\\leq ${formula(random, pick)}\n\\end{align*}`,
          () => `\\section{${pick(words)} ${pick(words)}}\\label{sec:${pick(words)}}`,
        ])(),
      ),

    diffs: () =>
      fill(() => {
        const file = path()
        const start = random(900) + 1
        const hunk = Array.from(
          { length: 6 + random(10) },
          () => `${pick(['+', '-', ' ', ' '])}${pick(lines)}`,
        )
        const ids = `${digest('sha1', 'hex').slice(0, 9)}..${digest('sha1', 'hex').slice(0, 9)}`
        return `diff --git a/${file} b/${file}\nindex ${ids} 100644\n--- a/${file}\n+++ b/${file}\n@@ -${start},${hunk.length} +${start + random(4)},${hunk.length} @@\n${hunk.join('\n')}`
      }),

    html: () =>
      fill(() =>
        pick([
          () =>
            `<div class="${pick(words)}-${pick(words)} mt-${random(9)} px-${random(9)}" id="${pick(words)}${random(1000)}"><p>${pick(sentences)}</p></div>`,
          () =>
            `  <li><a href="https://example.com/${path()}?utm_source=${pick(words)}&amp;page=${random(99)}" target="_blank" rel="noopener">${pick(words)} ${pick(words)}</a></li>`,
          () =>
            `<table>\n  <tr><td style="width: ${random(100)}%">${pick(words)}</td><td data-value="${random(1e5)}">${random(1e5)}&nbsp;€</td></tr>\n</table>`,
          () =>
            `<svg viewBox="0 0 24 24"><path d="M${random(24)} ${random(24)}c${random(90) / 10} 0-${random(90) / 10} ${random(24)}z" fill="#${digest('md5', 'hex').slice(0, 6)}"/></svg>`,
        ])(),
      ),
  }
}

/** `count` of the words in an order that looks like chance. */
export function inDisorder(words, count) {
  const random = createRandom(words.length)
  return Array.from({ length: count }, () => words[random(words.length)]).join(' ')
}

function formula(random, pick) {
  return Array.from({ length: 2 + random(4) }, () => {
    const letter = pick('abcdfgknuvxyz')
    return pick([
      `\\frac{${letter}_{${random(9)}}}{${random(99)}}`,
      `\\sum_{i=${random(3)}}^{n} \\${pick(GREEK)}_i ${letter}^{${random(9)}}`,
      `\\mathbb{E}\\left[${letter}(\\${pick(GREEK)})\\right]`,
      `\\int_0^{\\infty} ${letter}(t)\\,dt`,
      `${letter}^2`,
    ])
  }).join(pick([' + ', ' - ', ' \\cdot ']))
}

const EXTENSIONS = ['ts', 'js', 'json', 'py', 'md', 'txt', 'png']
const LEVELS = ['DEBUG', 'INFO', 'INFO', 'INFO', 'WARN', 'ERROR']
const GREEK = ['alpha', 'beta', 'gamma', 'theta', 'lambda', 'sigma', 'phi', 'omega']
