// Random cases for the official library and for ours. What JavaScript cannot hold is left out, as fixtures/official/known-differences.json
// says: keys that look like integers, integral floats, integers beyond 2^53.

import { createRandom } from './random.mjs'

const MARKERS = {
  '<|startoftext|>': 199998,
  '<|endoftext|>': 199999,
  '<|return|>': 200002,
  '<|constrain|>': 200003,
  '<|channel|>': 200005,
  '<|start|>': 200006,
  '<|end|>': 200007,
  '<|message|>': 200008,
  '<|call|>': 200012,
  '<|reserved_200013|>': 200013,
  '<|reserved_201088|>': 201088,
}
const MARKER_TEXTS = Object.keys(MARKERS)
const ROLES = ['system', 'developer', 'user', 'assistant', 'tool']
const WORDS = ['the', 'weather', ' in', ' Tokyo', "don't", 'JSON', 'x1', '42', '3.14', '中文', 'naïve', 'Ünïcode', '😀', '👨‍👩‍👧', 'مرحبا', 'ก็', '\u0301', 'ſ', '\u0085', '\ufeff', '\u00a0', '\u2028']
const GLUE = [' ', ' ', ' ', '', '\n', '\n\n', '\r\n', '\t', '  ', '. ', ', ', '/', '`', '{', '}', '//', '\r', '\u000b', '"', '\\']

/** A function that makes the next random case of a kind. */
export function createCases(seed, encodeText) {
  const random = createRandom(seed)
  const { below, chance, pick, list } = random

  const text = (most = 12) => list(below(most), () => (chance(0.04) ? pick(MARKER_TEXTS) : pick(WORDS)) + pick(GLUE)).join('')
  const anyText = () => {
    if (chance(0.3)) return text(20)
    if (chance(0.3)) return list(below(12), () => String.fromCodePoint(below(0x3000))).join('')
    if (chance(0.3)) return list(below(12), () => String.fromCharCode(below(0x10000))).join('')
    const alphabet = [...pick(["aA' \n\r", '1_ a', "'sStTrReE", ' \t\n\u00a0\u3000', '中a ', '\u0301x_', '<|end>'])]
    return list(below(16), () => pick(alphabet)).join('')
  }
  const word = () => pick(['alpha', 'beta', 'get_weather', 'q', 'Größe', '名', 'with space', 'a-b', 'x.y', ''])
  const optional = (probability, make) => (chance(probability) ? make() : undefined)
  const jsonValue = (depth = 2) => {
    const kind = below(depth > 0 ? 9 : 7)
    if (kind === 0) return null
    if (kind === 1) return chance(0.5)
    if (kind === 2) return below(2000) - 1000
    if (kind === 3) return pick([0.5, -0.25, 1.5e-7, 1e21, 1.25e300, 123456789.125, -1e-10, 2 ** 53 - 1, 0.1, 5e-324, 1e16 + 2, 3.5e15])
    if (kind < 7) return text(3)
    if (kind === 7) return list(below(3), () => jsonValue(depth - 1))
    return Object.fromEntries(list(below(3), () => [`k${word()}`, jsonValue(depth - 1)]))
  }
  const maybeWrong = (make) => (chance(0.05) ? jsonValue() : make())
  const schemaType = () => pick(['string', 'number', 'integer', 'boolean', 'array', 'object', 'null', 'any', 'file', ''])

  function schema(depth = 3) {
    if (chance(0.03)) return jsonValue()
    const result = {}
    const put = (key, probability, make) => {
      if (chance(probability)) result[key] = maybeWrong(make)
    }
    put('title', 0.15, () => text(3))
    put('description', 0.35, () => text(6))
    put('examples', 0.12, () => list(below(4), () => jsonValue(1)))
    put('default', 0.2, () => jsonValue(1))
    put('nullable', 0.15, () => chance(0.7))
    put('enum', 0.15, () => list(below(4), () => (chance(0.8) ? text(2) : jsonValue(1))))
    if (depth > 0 && chance(0.15)) result.oneOf = maybeWrong(() => list(below(4), () => schema(depth - 1)))
    const type = chance(0.4) && depth > 0 ? 'object' : chance(0.15) ? list(below(4), () => (chance(0.9) ? schemaType() : jsonValue(0))) : schemaType()
    if (chance(0.9)) result.type = maybeWrong(() => type)
    if (type === 'object' || chance(0.05)) {
      put('properties', 0.9, () => Object.fromEntries(list(below(5), () => [`${word()}${pick(['', 'a', 'b', 'c'])}p`, schema(depth - 1)])))
      put('required', 0.5, () => list(below(4), () => `${word()}p`))
    }
    if (type === 'array' || chance(0.05)) put('items', 0.8, () => schema(depth - 1))
    if (chance(0.2)) result[pick(['anyOf', 'allOf', '$ref', 'minimum', 'format', 'const', 'additionalProperties', 'pattern'])] = jsonValue()
    return result
  }
  const tool = () => {
    const result = { name: word(), description: text(8) }
    if (chance(0.85)) result.parameters = chance(0.05) ? null : schema()
    return result
  }
  const namespaces = () =>
    Object.fromEntries(
      list(below(3), () => {
        const name = pick(['functions', 'browser', 'python', 'Ünï', '\u{10400}x', '\ufb00', 'mcp.server', 'a'])
        const config = { name: chance(0.9) ? name : word(), tools: list(below(4), tool) }
        if (chance(0.5)) config.description = chance(0.1) ? null : text(10)
        return [name, config]
      }),
    )
  const put = (target, key, probability, make) => {
    if (chance(probability)) target[key] = chance(0.05) ? null : make()
  }
  function systemContent() {
    const content = { type: 'system_content' }
    put(content, 'model_identity', 0.6, () => text(8))
    put(content, 'reasoning_effort', 0.6, () => pick(['Low', 'Medium', 'High']))
    put(content, 'conversation_start_date', 0.5, () => pick(['2025-06-28', text(2)]))
    put(content, 'knowledge_cutoff', 0.5, () => pick(['2024-06', text(2)]))
    put(content, 'channel_config', 0.6, () => ({ valid_channels: list(below(4), word), channel_required: chance(0.5) }))
    put(content, 'tools', 0.4, namespaces)
    return content
  }
  function developerContent() {
    const content = { type: 'developer_content' }
    put(content, 'instructions', 0.7, () => text(12))
    put(content, 'tools', 0.6, namespaces)
    return content
  }
  const textContent = () => ({ type: 'text', text: text(16) })
  function message() {
    const role = pick([...ROLES, 'assistant', 'assistant'])
    const result = { role }
    if (role === 'tool' ? chance(0.95) : chance(0.1)) result.name = chance(0.9) ? pick(['functions.get_weather', 'browser.search', word()]) : text(2)
    const parts = () => [chance(0.97) ? (role === 'system' ? systemContent() : role === 'developer' ? developerContent() : textContent()) : pick([systemContent, developerContent])()]
    result.content = chance(0.5) && role !== 'developer' ? text(20) : chance(0.9) ? parts() : list(below(4), () => parts()[0])
    put(result, 'channel', role === 'assistant' ? 0.8 : 0.1, () => pick(['analysis', 'commentary', 'final', 'final', word()]))
    put(result, 'recipient', role === 'assistant' ? 0.3 : 0.1, () => pick(['all', 'functions.get_weather', 'assistant', text(2)]))
    put(result, 'content_type', 0.15, () => pick(['json', '<|constrain|>json', '<|constrain|>', '<|constrain|> x', 'code', text(2)]))
    return result
  }
  function damaged(value) {
    // One place of the conversation gets a value of another kind, or loses a key.
    const copy = structuredClone(value)
    let place = copy
    for (let depth = below(6); depth >= 0; depth--) {
      const keys = Object.keys(place)
      if (keys.length === 0) return copy
      const key = pick(keys)
      if (depth === 0 || place[key] === null || typeof place[key] !== 'object') {
        if (chance(0.3) && !Array.isArray(place)) delete place[key]
        else place[key] = jsonValue()
        return copy
      }
      place = place[key]
    }
    return copy
  }
  function header() {
    const parts = [
      () => pick(['assistant', 'user', 'tool', 'functions.f', 'system', 'developer', 'unknown', '']),
      () => pick([' to=functions.f', ' to=', ' to=all', ' x', '']),
      () => `<|channel|>${pick(['analysis', 'commentary', 'final', '', ' ', 'ana lysis', 'fi<nal', 'x\u0085y'])}`,
      () => pick([' to=functions.f', ' to = f', ' json', ' <|constrain|>json', '<|constrain|>json', ' <|constrain|>', '  ', '\u00a0', '\u000b', '\ufeff', '']),
      () => pick([' json', '', '', ' code', '\n']),
    ]
    return parts.filter(() => chance(0.7)).map((make) => make()).join('')
  }
  const rawTokens = () => list(below(6), () => (chance(0.03) ? pick([201089, 300000, 2 ** 32 - 1]) : chance(0.15) ? MARKERS[pick(MARKER_TEXTS)] : below(199998)))
  // Tokens that begin or end within a character, and single bytes of all kinds.
  const brokenBytes = () => list(1 + below(5), () => (chance(0.6) ? below(256) : pick([9552, 10045, 3251, 97, 38, 227, 247])))
  function completion() {
    const hasRole = chance(0.7)
    const tokens = []
    const add = (part) => tokens.push(...encodeText(part))
    const count = 1 + below(3)
    for (let index = 0; index < count; index++) {
      if (index > 0 || !hasRole) add('<|start|>assistant')
      add(chance(0.5) ? `<|channel|>${pick(['analysis', 'commentary', 'final'])}` : header())
      if (chance(0.9)) tokens.push(MARKERS['<|message|>'])
      for (let part = below(4); part > 0; part--) {
        if (chance(0.2)) tokens.push(...brokenBytes())
        else if (chance(0.05)) tokens.push(...rawTokens())
        else add(text(4))
      }
      if (chance(0.9)) tokens.push(MARKERS[pick(['<|end|>', '<|return|>', '<|call|>', '<|end|>'])])
    }
    for (let mutation = chance(0.4) ? 1 + below(3) : 0; mutation > 0 && tokens.length > 0; mutation--) {
      const at = below(tokens.length)
      const what = below(4)
      if (what === 0) tokens.splice(at, 1)
      else if (what === 1) tokens.splice(at, 0, tokens[at])
      else if (what === 2) tokens.splice(at, 0, MARKERS[pick(MARKER_TEXTS)])
      else [tokens[at], tokens[below(tokens.length)]] = [tokens[below(tokens.length)], tokens[at]]
    }
    return { hasRole, tokens }
  }

  const makers = {
    schema: () => ({
      kind: 'render_message',
      message: {
        role: 'developer',
        content: [{ type: 'developer_content', tools: { functions: { name: 'functions', tools: [{ name: 'f', description: text(4), parameters: schema(4) }] } } }],
      },
    }),
    render() {
      const conversation = { messages: list(below(6), message) }
      const mode = pick(['completion', 'completion', 'plain', 'training'])
      return {
        kind: 'render',
        mode,
        ...(mode === 'completion' && { next_role: pick(['assistant', 'assistant', 'user', 'tool']) }),
        ...(chance(0.3) && { auto_drop_analysis: chance(0.5) }),
        conversation: chance(0.1) ? damaged(conversation) : conversation,
      }
    },
    render_message: () => ({ kind: 'render_message', message: message(), ...(chance(0.3) && { conversation_has_function_tools: chance(0.5) }) }),
    parse() {
      const { hasRole, tokens } = chance(0.9) ? completion() : { hasRole: chance(0.5), tokens: rawTokens() }
      return { kind: 'parse', role: hasRole ? pick(['assistant', 'assistant', 'assistant', 'user', 'tool']) : null, strict: chance(0.5), tokens }
    },
    encode: () => ({
      kind: 'encode',
      text: anyText(),
      ...(chance(0.4) && { allowed_special: chance(0.5) ? 'all' : list(below(3), () => pick([...MARKER_TEXTS, 'no marker'])) }),
      ...(chance(0.5) && { disallowed_special: chance(0.2) ? 'all' : chance(0.5) ? [] : list(below(3), () => pick([...MARKER_TEXTS, ' in', '42'])) }),
    }),
    decode: () => ({ kind: 'decode', tokens: chance(0.5) ? brokenBytes() : rawTokens() }),
  }
  return {
    kinds: Object.keys(makers),
    next: (kind) => makers[kind](),
    any: () => makers[pick(['schema', 'render', 'render_message', 'parse', 'parse', 'encode', 'decode'])](),
  }
}
