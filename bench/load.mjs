// Loads a library, encodes one text and says what that took. Usage: node bench/load.mjs NAME

const TEXT = 'Hello world'

const LOADS = {
  'bare Node': () => {},
  async ours() {
    const { loadHarmonyEncoding } = await import('../dist/index.js')
    loadHarmonyEncoding('HarmonyGptOss').encode(TEXT)
  },
  async 'ours, tokenizer alone'() {
    const { o200kHarmony } = await import('../dist/tokenizer/o200k.js')
    o200kHarmony().encodeInto(TEXT, [])
  },
  async 'gpt-tokenizer'() {
    const { encode } = await import('gpt-tokenizer/encoding/o200k_harmony')
    encode(TEXT)
  },
  async 'tiktoken (WASM)'() {
    const { get_encoding } = await import('tiktoken')
    get_encoding('o200k_base').encode_ordinary(TEXT)
  },
  async 'ai-tokenizer'() {
    const { Tokenizer } = await import('ai-tokenizer')
    new Tokenizer(await import('ai-tokenizer/encoding/o200k_base')).encode(TEXT)
  },
  async 'js-tiktoken'() {
    const { Tiktoken } = await import('js-tiktoken/lite')
    const { default: ranks } = await import('js-tiktoken/ranks/o200k_base')
    new Tiktoken(ranks).encode(TEXT)
  },
}

const processor = process.cpuUsage()
const started = performance.now()
await LOADS[process.argv[2]]()
const milliseconds = performance.now() - started
const { user, system } = process.cpuUsage(processor)
console.log(
  JSON.stringify({
    milliseconds,
    processorMilliseconds: (user + system) / 1000,
    megabytes: process.memoryUsage.rss() / 1e6,
  }),
)
