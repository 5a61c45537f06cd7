// The texts that are measured, about 1 MB each, read from what npm installs here, in
// versions that the lockfile pins, or made by made-texts.mjs, so that they are the same
// on every machine.

import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createTexts, inDisorder } from './made-texts.mjs'
import { createRandom } from './random.mjs'

const modules = fileURLToPath(new URL('../node_modules/', import.meta.url))
const SIZE = 1_000_000

/** The corpora of the geometric means: lists of texts, each of which is encoded by itself. */
export function corpora() {
  const english = prose()
  const program = code()
  const made = createTexts(SIZE, { prose: english, code: program, emoji: emoji() })
  return {
    chat: chat(english),
    prose: [english],
    code: [program],
    minified: [minified()],
    diffs: [made.diffs()],
    HTML: [made.html()],
    LaTeX: [made.latex()],
    JSON: [json()],
    hashes: [made.hashes()],
    uuids: [made.uuids()],
    logs: [made.logs()],
    CSV: [made.csv()],
    scripts: [scripts()],
    emoji: [made.emoji()],
  }
}

/**
 * 300 kB of words that no corpus holds, which a process encodes first where texts are to
 * be new but the library is not.
 */
export function warmUpText() {
  const random = createRandom(3)
  const word = () =>
    random(2 ** 31)
      .toString(36)
      .repeat(1 + random(3))
  return Array.from({ length: 24_000 }, word).join(' ').slice(0, 300_000)
}

/**
 * Texts of `length` code units without a sensible place to cut them, at which tokenizers
 * take a time that grows with the square, or may.
 */
export function uglyTexts(length) {
  const again = (unit) => unit.repeat(Math.ceil(length / unit.length)).slice(0, length)
  const random = createRandom(1)
  const any = (first, count) =>
    Array.from({ length }, () => String.fromCharCode(first + random(count))).join('')
  const base64 = Buffer.from(any(0, 0x100), 'latin1').toString('base64')
  return {
    'one letter': again('a'),
    spaces: again(' '),
    newlines: again('\n'),
    中: again('中'),
    'space, newline': again(' \n'),
    'random letters': any(0x61, 26),
    CRLF: again('\r\n'),
    '=': again('='),
    digits: again('7'),
    base64: base64.slice(0, length),
    'letter, apostrophe': again("a'"),
    'letter, accent': again('a\u0301'),
    'Thai letter, vowel': again('กิ'),
    'random Chinese': any(0x4e00, 0x5000),
    family: again('👨‍👩‍👧‍👦'),
    'half an emoji': again('\ud83d'),
    'random code units': any(0, 0x1_0000),
  }
}

/** Documentation in English without its code blocks. */
function prose() {
  const files = [
    'commander/Readme.md',
    'fast-check/README.md',
    'ajv/README.md',
    'typescript/README.md',
    'zod/README.md',
    'hono/README.md',
    'openai/README.md',
    'vite/LICENSE.md',
    'prettier/THIRD-PARTY-NOTICES.md',
  ]
  const text = files.map((file) => read(file).replace(/```[^]*?```/g, '')).join('\n')
  // Explanatory paragraphs: comments of the DOM's, the language's and Node's declarations.
  const declarations = [
    'typescript/lib/lib.dom.d.ts',
    'typescript/lib/lib.es5.d.ts',
    ...filesIn('@types/node', '.d.ts'),
    ...filesIn('openai/resources', '.d.ts'),
  ]
  const comments = declarations.flatMap((file) => read(file).match(/\/\*\*[^]*?\*\//g) ?? [])
  const lines = comments.map((comment) =>
    comment
      .replace(/```[^]*?```/g, '')
      .replace(/^[\s/*]+/gm, '')
      .replace(/\[MDN Reference\].*/g, ''),
  )
  return `${text.slice(0, SIZE / 4)}\n${[...new Set(lines)].join('\n')}`.slice(0, SIZE)
}

/** TypeScript, JavaScript and declarations, in equal parts. */
function code() {
  const parts = [
    filesIn('zod/src/v4/core', '.ts').map(read).join('\n'),
    read('typescript/lib/typescript.js').slice(2_000_000),
    read('typescript/lib/lib.dom.d.ts').replace(/\/\*\*[^]*?\*\//g, ''),
  ]
  return parts.map((part) => part.slice(0, SIZE / 3)).join('\n')
}

/** JavaScript as it is delivered. */
function minified() {
  const files = [
    'marked/marked.min.js',
    'js-yaml/dist/js-yaml.min.js',
    'esquery/dist/esquery.min.js',
    'eslint/node_modules/ajv/dist/ajv.min.js',
    'axe-core/axe.min.js',
  ]
  return files.map(read).join('\n').slice(0, SIZE)
}

/** A lockfile, a schema and messages by code, in equal parts: one dense, two indented. */
function json() {
  const parts = [
    JSON.stringify(JSON.parse(read('typescript/lib/de/diagnosticMessages.generated.json'))),
    readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8'),
    JSON.stringify(JSON.parse(read('emojilib/emojis.json')), null, 2),
  ]
  return parts.map((part) => part.slice(0, SIZE / 3)).join('\n')
}

/**
 * Messages of TypeScript in nine languages and of zod in thirteen, and the bench's own
 * words in the scripts that neither has: over twenty scripts.
 */
function scripts() {
  const ofTypeScript = ['ru', 'ja', 'ko', 'zh-cn', 'zh-tw', 'cs', 'pl', 'tr', 'fr'].map((language) =>
    Object.values(JSON.parse(read(`typescript/lib/${language}/diagnosticMessages.generated.json`))).join(
      '\n',
    ),
  )
  const ofZod = ['ar', 'el', 'he', 'hi', 'hy', 'ka', 'km', 'kn', 'ta', 'th', 'uk', 'ur', 'vi'].map(
    (language) =>
      read(`zod/v4/locales/${language}.js`)
        .match(/"[^"\n]*"|`[^`\n]*`/g)
        .join('\n'),
  )
  const own = Object.values(OWN_TEXTS).map((text) => inDisorder(text.split(' '), 1200))
  return [...ofTypeScript.map((text) => text.slice(0, 30_000)), ...ofZod, ...own].join('\n')
}

/**
 * Eight thousand messages of one to three sentences, one in four with an emoji: encoded
 * one by one, so that what a call costs counts.
 */
function chat(english) {
  const sentences = [...new Set(english.split(/(?<=[.!?])\s+/))].filter(
    (sentence) => sentence.length > 10 && sentence.length < 120,
  )
  const symbols = emoji()
  const random = createRandom(7)
  return Array.from({ length: 8000 }, (_, index) => {
    const message = Array.from({ length: 1 + random(3) }, () => sentences[random(sentences.length)]).join(' ')
    return index % 4 === 0 ? `${message} ${symbols[random(symbols.length)]}` : message
  })
}

function emoji() {
  return Object.values(JSON.parse(read('emojilib/emojis.json'))).flatMap(({ char }) => char ?? [])
}

function filesIn(folder, extension) {
  return readdirSync(modules + folder, { recursive: true })
    .filter((file) => file.endsWith(extension))
    .sort()
    .map((file) => `${folder}/${file}`)
}

function read(file) {
  return readFileSync(modules + file, 'utf8')
}

const OWN_TEXTS = {
  Bengali:
    'সব মানুষ জন্ম থেকে স্বাধীন এবং সমান মর্যাদা ও অধিকার নিয়ে জন্মায় তাদের বিবেক ও বুদ্ধি আছে আজ আবহাওয়া কেমন আমি একটি চিঠি লিখছি নদীর ধারে ছোট গ্রাম',
  Gujarati: 'બધા માણસો સ્વતંત્ર અને સમાન છે આજે હવામાન કેવું છે હું એક પત્ર લખું છું નદીના કિનારે નાનું ગામ છે બાળકો શાળામાં ભણે છે',
  Gurmukhi: 'ਸਾਰੇ ਮਨੁੱਖ ਆਜ਼ਾਦ ਅਤੇ ਬਰਾਬਰ ਹਨ ਅੱਜ ਮੌਸਮ ਕਿਹੋ ਜਿਹਾ ਹੈ ਮੈਂ ਇੱਕ ਚਿੱਠੀ ਲਿਖ ਰਿਹਾ ਹਾਂ ਨਦੀ ਦੇ ਕੰਢੇ ਛੋਟਾ ਪਿੰਡ ਹੈ',
  Telugu:
    'మనుషులందరూ స్వేచ్ఛగా సమానంగా పుట్టారు ఈ రోజు వాతావరణం ఎలా ఉంది నేను ఒక ఉత్తరం రాస్తున్నాను నది పక్కన చిన్న గ్రామం ఉంది పిల్లలు బడిలో చదువుతారు',
  Malayalam: 'എല്ലാ മനുഷ്യരും സ്വതന്ത്രരും തുല്യരുമാണ് ഇന്ന് കാലാവസ്ഥ എങ്ങനെയുണ്ട് ഞാൻ ഒരു കത്ത് എഴുതുന്നു നദിയുടെ തീരത്ത് ഒരു ചെറിയ ഗ്രാമം',
  Sinhala: 'සියලු මිනිසුන් නිදහස් හා සමාන වේ අද කාලගුණය කොහොමද මම ලිපියක් ලියනවා ගඟ අසල කුඩා ගමක් තියෙනවා',
  Burmese: 'လူတိုင်းသည် လွတ်လပ် တူညီ သည် ယနေ့ ရာသီဥတု ဘယ်လိုလဲ ကျွန်တော် စာတစ်စောင် ရေးနေတယ် မြစ်ကမ်းမှာ ရွာငယ် ရှိတယ်',
  Lao: 'ມະນຸດ ທຸກຄົນ ເກີດມາ ມີສິດ ເທົ່າທຽມກັນ ມື້ນີ້ ອາກາດ ເປັນແນວໃດ ຂ້ອຍ ກໍາລັງ ຂຽນ ຈົດໝາຍ ບ້ານ ນ້ອຍ ຢູ່ ແຄມ ແມ່ນໍ້າ',
  Ethiopic: 'የሰው ልጅ ሁሉ ነጻ ሆኖ ይወለዳል ዛሬ አየሩ እንዴት ነው ደብዳቤ እየጻፍኩ ነው በወንዙ አጠገብ ትንሽ መንደር አለ ልጆች ትምህርት ቤት ይማራሉ',
  Tibetan: 'འགྲོ་བ་མིའི་རིགས་རྒྱུད་ཡོངས་ལ་ སྐྱེས་ཙམ་ཉིད་ནས་ རང་དབང་ ཡོད་པ་ དེ་རིང་ གནམ་གཤིས་ ག་འདྲ་ འདུག',
}
