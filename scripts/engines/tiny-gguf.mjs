// Writes the tiny model as GGUF: a gpt-oss of two layers over the whole vocabulary, f16, 60 MB.
//
// usage: node scripts/engines/tiny-gguf.mjs [FILE]
//
// FILE is .harmony-cache/tiny.gguf unless given. With TEMPLATE=file.jinja the file has that chat template.

import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bigrams, HIDDEN, ordinaryTokens, specialTokens, VOCABULARY } from './model.mjs'

const LAYERS = 2
const HEADS = 4
const KEY_VALUE_HEADS = 2
const HEAD_SIZE = 64
const EXPERTS = 4
const F32 = 0
const F16 = 1

const file = process.argv[2] ?? fileURLToPath(new URL('../../.harmony-cache/tiny.gguf', import.meta.url))

const u32 = (value) => numbers(4, (bytes) => bytes.writeUInt32LE(value))
const u64 = (value) => numbers(8, (bytes) => bytes.writeBigUInt64LE(BigInt(value)))
const f32 = (value) => numbers(4, (bytes) => bytes.writeFloatLE(value))
const text = (value) => Buffer.concat([u64(Buffer.byteLength(value)), Buffer.from(value)])

function numbers(size, write) {
  const bytes = Buffer.alloc(size)
  write(bytes)
  return bytes
}

const TYPES = { u32: [4, u32], i32: [5, u32], f32: [6, f32], text: [8, text] }
const entry = (key, type, value) => Buffer.concat([text(key), u32(TYPES[type][0]), TYPES[type][1](value)])
const listEntry = (key, type, values) =>
  Buffer.concat([text(key), u32(9), u32(TYPES[type][0]), u64(values.length), ...values.map(TYPES[type][1])])

const { spellings, merges } = vocabulary()
const sizes = {
  block_count: LAYERS,
  context_length: 131_072,
  embedding_length: HIDDEN,
  feed_forward_length: HIDDEN,
  expert_feed_forward_length: HIDDEN,
  expert_count: EXPERTS,
  expert_used_count: 2,
  'attention.head_count': HEADS,
  'attention.head_count_kv': KEY_VALUE_HEADS,
  'attention.key_length': HEAD_SIZE,
  'attention.value_length': HEAD_SIZE,
  'attention.sliding_window': 128,
  'rope.dimension_count': HEAD_SIZE,
  vocab_size: VOCABULARY,
}
const metadata = [
  entry('general.architecture', 'text', 'gpt-oss'),
  ...Object.entries(sizes).map(([key, value]) => entry(`gpt-oss.${key}`, 'u32', value)),
  entry('gpt-oss.attention.layer_norm_rms_epsilon', 'f32', 1e-5),
  entry('gpt-oss.rope.freq_base', 'f32', 150_000),
  entry('tokenizer.ggml.model', 'text', 'gpt2'),
  entry('tokenizer.ggml.pre', 'text', 'gpt-4o'),
  listEntry('tokenizer.ggml.tokens', 'text', [...spellings, ...specialTokens]),
  listEntry('tokenizer.ggml.merges', 'text', merges),
  listEntry('tokenizer.ggml.token_type', 'i32', [...spellings.map(() => 1), ...specialTokens.map(() => 3)]),
  entry('tokenizer.ggml.bos_token_id', 'u32', 199_998),
  entry('tokenizer.ggml.eos_token_id', 'u32', 200_002),
  entry('tokenizer.ggml.padding_token_id', 'u32', 199_999),
  ...(process.env.TEMPLATE
    ? [entry('tokenizer.chat_template', 'text', readFileSync(process.env.TEMPLATE, 'utf8'))]
    : []),
]

const { stateOf, logits, unknownState } = bigrams()
const embedding = Buffer.alloc(VOCABULARY * HIDDEN * 2)
for (let id = 0; id < VOCABULARY; id++)
  embedding.writeUInt16LE(half(1), (id * HIDDEN + (stateOf.get(id) ?? unknownState)) * 2)
const head = Buffer.alloc(VOCABULARY * HIDDEN * 2)
logits.forEach((next, state) => {
  for (const [id, logit] of next) head.writeUInt16LE(half(logit), (id * HIDDEN + state) * 2)
})

const tensors = []
const tensor = (name, dimensions, type, data) => tensors.push({ name, dimensions, type, data })
const zeros = (name, dimensions, type) =>
  tensor(name, dimensions, type, Buffer.alloc(dimensions.reduce((a, b) => a * b) * (type === F16 ? 2 : 4)))
const ones = (name) =>
  tensor(name, [HIDDEN], F32, Buffer.concat(Array.from({ length: HIDDEN }, () => f32(1))))

tensor('token_embd.weight', [HIDDEN, VOCABULARY], F16, embedding)
tensor('output.weight', [HIDDEN, VOCABULARY], F16, head)
ones('output_norm.weight')
for (let layer = 0; layer < LAYERS; layer++) {
  const of = (name) => `blk.${layer}.${name}`
  ones(of('attn_norm.weight'))
  ones(of('post_attention_norm.weight'))
  zeros(of('attn_sinks.weight'), [HEADS], F32)
  for (const [name, heads] of [
    ['attn_q', HEADS],
    ['attn_k', KEY_VALUE_HEADS],
    ['attn_v', KEY_VALUE_HEADS],
  ]) {
    zeros(of(`${name}.weight`), [HIDDEN, heads * HEAD_SIZE], F16)
    zeros(of(`${name}.bias`), [heads * HEAD_SIZE], F32)
  }
  zeros(of('attn_output.weight'), [HEADS * HEAD_SIZE, HIDDEN], F16)
  zeros(of('attn_output.bias'), [HIDDEN], F32)
  zeros(of('ffn_gate_inp.weight'), [HIDDEN, EXPERTS], F32)
  zeros(of('ffn_gate_inp.bias'), [EXPERTS], F32)
  for (const name of ['ffn_gate_exps', 'ffn_up_exps', 'ffn_down_exps']) {
    zeros(of(`${name}.weight`), [HIDDEN, HIDDEN, EXPERTS], F16)
    zeros(of(`${name}.bias`), [HIDDEN, EXPERTS], F32)
  }
}

let offset = 0
const descriptions = tensors.map(({ name, dimensions, type, data }) => {
  const start = offset
  offset += Math.ceil(data.length / 32) * 32
  return Buffer.concat([text(name), u32(dimensions.length), ...dimensions.map(u64), u32(type), u64(start)])
})
const header = [Buffer.from('GGUF'), u32(3), u64(tensors.length), u64(metadata.length)]

mkdirSync(dirname(file), { recursive: true })
// Renamed when it is whole: a test that finds the file can load it.
writeFileSync(
  `${file}.part`,
  Buffer.concat([
    padded(Buffer.concat([...header, ...metadata, ...descriptions])),
    ...tensors.map(({ data }) => padded(data)),
  ]),
)
renameSync(`${file}.part`, file)

function padded(bytes) {
  return Buffer.concat([bytes, Buffer.alloc((32 - (bytes.length % 32)) % 32)])
}

/** A number as float16, its last bits cut off. */
function half(value) {
  const bits = new Uint32Array(new Float32Array([value]).buffer)[0]
  const exponent = ((bits >>> 23) & 255) - 112
  return exponent <= 0 ? 0 : ((bits >>> 16) & 0x8000) | (exponent << 10) | ((bits >>> 13) & 1023)
}

/** The ordinary tokens in GPT-2's printable spelling of bytes, and the merge that makes each of them. */
function vocabulary() {
  let hidden = 256
  const letters = Array.from({ length: 256 }, (_, byte) => {
    const isPrintable = (byte >= 33 && byte <= 126) || (byte >= 161 && byte !== 173)
    return String.fromCharCode(isPrintable ? byte : hidden++)
  })
  const spellings = ordinaryTokens().map((bytes) => Array.from(bytes, (byte) => letters[byte]).join(''))
  const rankOf = new Map(spellings.map((spelling, rank) => [spelling, rank]))
  const merges = spellings.flatMap((spelling, rank) => {
    const parts = [...spelling]
    while (parts.length > 2) {
      let lowest = rank
      let at
      for (let index = 0; index + 1 < parts.length; index++) {
        const candidate = rankOf.get(parts[index] + parts[index + 1])
        if (candidate !== undefined && candidate < lowest) [lowest, at] = [candidate, index]
      }
      if (at === undefined) return []
      parts.splice(at, 2, parts[at] + parts[at + 1])
    }
    return parts.length === 2 ? [parts.join(' ')] : []
  })
  return { spellings, merges }
}
