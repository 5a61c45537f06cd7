// The libraries that are measured, each as the tasks that it can do. A task takes its
// input and gives `run`, which is timed and counts tokens, and `before`, which is not
// timed. All of them encode text in which markers are ordinary text.

import { warmUpText } from './corpora.mjs'

export async function loadContender(name) {
  const load = CONTENDERS[name]
  if (load === undefined)
    throw new Error(`contender ${name}: unknown, wanted one of ${Object.keys(CONTENDERS).join(', ')}`)
  return load()
}

const CONTENDERS = {
  ours: () => loadOurs('any'),
  'ours (JavaScript)': () => loadOurs('javascript'),

  async 'ai-tokenizer'() {
    const { Tokenizer } = await import('ai-tokenizer')
    const encoding = await import('ai-tokenizer/encoding/o200k_base')
    let tokenizer = new Tokenizer(encoding)
    return tokenizerTasks(
      (text) => tokenizer.encode(text, [], []),
      (tokens) => tokenizer.decode(tokens),
      // It has no way to empty its cache.
      () => (tokenizer = new Tokenizer(encoding)),
    )
  },

  async 'gpt-tokenizer'() {
    const { encode, decode, clearMergeCache } = await import('gpt-tokenizer/encoding/o200k_harmony')
    const options = { disallowedSpecial: new Set() }
    return tokenizerTasks((text) => encode(text, options), decode, clearMergeCache)
  },

  async 'tiktoken (WASM)'() {
    const { get_encoding } = await import('tiktoken')
    const encoding = get_encoding('o200k_base')
    const decoder = new TextDecoder()
    return tokenizerTasks(
      (text) => encoding.encode_ordinary(text),
      (tokens) => decoder.decode(encoding.decode(tokens)),
    )
  },

  async 'js-tiktoken'() {
    const { Tiktoken } = await import('js-tiktoken/lite')
    const { default: ranks } = await import('js-tiktoken/ranks/o200k_base')
    const tokenizer = new Tiktoken(ranks)
    return tokenizerTasks(
      (text) => tokenizer.encode(text, [], []),
      (tokens) => tokenizer.decode(tokens),
    )
  },
}

async function loadOurs(engine) {
  const { createParser, loadHarmonyEncoding, parseTokens, StreamableParser } =
    await import('../dist/index.js')
  const { createResponsesStream, fromResponsesRequest } = await import('../dist/responses/index.js')
  const { createChatStream, fromChatRequest } = await import('../dist/chat/index.js')
  const { createO200kHarmony } = await import('../dist/tokenizer/o200k.js')
  const shared = loadHarmonyEncoding('HarmonyGptOss', { tokenizer: createO200kHarmony(engine) })
  let encoding = shared
  const options = { disallowedSpecial: [] }
  const others = warmUpText()
  const ids = new Int32Array(2 ** 21)

  const stream = (tokens, read) => {
    const parser = new StreamableParser(shared, 'assistant')
    let length = 0
    for (const token of tokens) {
      parser.process(token)
      length += read(parser)
    }
    parser.processEos()
    return length
  }
  const events = (tokens, onEvent) => {
    const parser = createParser(shared, { onEvent })
    for (const token of tokens) parser.push(token)
    parser.end()
  }
  const responses = (tokens, body) => {
    const request = fromResponsesRequest({ input: 'Hi', ...body })
    return {
      run() {
        const stream = createResponsesStream(shared, { request })
        let count = 0
        for (const token of tokens) count += stream.push(token).length
        return count + stream.end().length
      },
    }
  }
  const render = (conversation) => encoding.renderConversationForCompletion(conversation, 'assistant').length
  // Caches that know nothing of the input, in memory that is in use: that the system
  // hands out memory at first touch is part of loading.
  const useFresh = () => {
    encoding = loadHarmonyEncoding('HarmonyGptOss', { tokenizer: createO200kHarmony(engine) })
    encoding.encode(others)
  }

  return {
    ...tokenizerTasks(
      (text) => encoding.encode(text, options),
      (tokens) => encoding.decode(tokens),
      () => encoding.tokenizer.clearCache(),
    ),
    encodeTyped: (texts) => ({
      run: () => {
        let count = 0
        for (const text of texts) count += shared.tokenizer.encodeInto(text, ids)
        return count
      },
    }),
    count: (texts) => ({
      run: () => {
        let count = 0
        for (const text of texts) count += shared.tokenizer.count(text)
        return count
      },
    }),
    render: (conversation) => ({ run: () => render(conversation) }),
    renderFirst: (conversation) => ({ before: useFresh, run: () => render(conversation) }),
    tokensOf: (text) => shared.encode(text, { allowedSpecial: 'all' }),
    stream: (tokens) => ({ run: () => stream(tokens, (parser) => parser.lastContentDelta?.length ?? 0) }),
    streamContent: (tokens) => ({ run: () => stream(tokens, (parser) => parser.currentContent.length) }),
    // Reading a character makes the engine put the pieces of the text together.
    streamLastCharacter: (tokens) => ({
      run: () =>
        stream(tokens, ({ currentContent }) => currentContent.charCodeAt(currentContent.length - 1) || 0),
    }),
    events: (tokens) => ({
      run() {
        let length = 0
        events(tokens, (event) => {
          if (event.type === 'content-delta') length += event.delta.length
        })
        return length
      },
    }),
    responses: (tokens) => responses(tokens),
    responsesSealed: (tokens) => responses(tokens, { include: ['reasoning.encrypted_content'] }),
    chatStream: (answers) => ({
      run() {
        const context = { request: fromChatRequest({ messages: [] }) }
        let count = 0
        for (const tokens of answers) {
          const stream = createChatStream(shared, context)
          for (const token of tokens) count += stream.push(token).length
          stream.end()
        }
        return count
      },
    }),
    batch: (tokens) => ({ run: () => shared.parseMessagesFromCompletionTokens(tokens, 'assistant').length }),
    batchRecovering: (tokens) => ({ run: () => parseTokens(shared, tokens).messages.length }),
  }
}

function tokenizerTasks(encode, decode, emptyCaches) {
  const encodeAll = (texts) => {
    let count = 0
    for (const text of texts) count += encode(text).length
    return count
  }
  return {
    encode: (texts) => ({ run: () => encodeAll(texts) }),
    // Encoded once before, so that the memory for it is in use: the system hands it out at first touch.
    encodeFirst: (texts) => ({
      before() {
        encodeAll(texts)
        emptyCaches()
      },
      run: () => encodeAll(texts),
    }),
    decode(texts) {
      const tokens = texts.map((text) => encode(text))
      const count = tokens.reduce((sum, { length }) => sum + length, 0)
      return {
        run() {
          let sum = 0
          // Some put the text together only when it is read.
          for (const list of tokens) sum += decode(list).charCodeAt(0)
          return sum === 0 ? 0 : count
        },
      }
    },
  }
}
