import type { ParserEvent } from './events.js'
import { createParser, type Parser, type ReadingOptions } from './parser.js'
import { checkEncoding, type ParsingEncoding } from './parsing-encoding.js'

export interface StreamOptions extends ReadingOptions {
  /** Whether the engine stops on a stop token that it keeps to itself. Default `false`. */
  readonly stopped?: boolean | undefined
}

/**
 * Reads tokens as they arrive, singly or in batches, and gives the parser's events as they happen.
 *
 * @throws HarmonyError as `createParser` does
 *
 * @example
 * ```ts
 * import { loadHarmonyEncoding, parseStream } from 'gpt-oss-harmony'
 *
 * const encoding = loadHarmonyEncoding('HarmonyGptOss')
 * async function* sampled() {
 *   yield* encoding.encode('<|channel|>final<|message|>Hi<|return|>', { allowedSpecial: 'all' })
 * }
 * let text = ''
 * for await (const event of parseStream(encoding, sampled())) {
 *   if (event.type === 'content-delta') text += event.delta
 * }
 * console.log(text) // 'Hi'
 * ```
 */
export async function* parseStream(
  encoding: ParsingEncoding,
  tokens: AsyncIterable<number | Iterable<number>> | Iterable<number | Iterable<number>>,
  options: StreamOptions = {},
): AsyncGenerator<ParserEvent, void, undefined> {
  checkEncoding(encoding, 'parseStream')
  let events: ParserEvent[] = []
  const parser = createParser(encoding, { ...options, onEvent: (event) => events.push(event) })
  const taken = () => {
    const ready = events
    events = []
    return ready
  }
  for await (const chunk of tokens) {
    parser.push(chunk)
    yield* taken()
  }
  parser.end(options)
  yield* taken()
}

/**
 * The parser as a transform stream: tokens (or arrays of them) in, events out.
 *
 * @example
 * ```ts
 * import { HarmonyParserStream, loadHarmonyEncoding } from 'gpt-oss-harmony'
 *
 * const encoding = loadHarmonyEncoding('HarmonyGptOss')
 * const tokens = encoding.encode('<|channel|>final<|message|>Hi<|return|>', { allowedSpecial: 'all' })
 * const types: string[] = []
 * const source = new Blob([]).stream().pipeThrough(new TransformStream({ flush: (to) => to.enqueue(tokens) }))
 * const events = new WritableStream({ write: (event) => void types.push(event.type) })
 * await source.pipeThrough(new HarmonyParserStream(encoding)).pipeTo(events)
 * console.log(types) // ['message-start', 'content-delta', 'message-end', 'turn-end']
 * ```
 */
export class HarmonyParserStream extends TransformStream<number | Iterable<number>, ParserEvent> {
  constructor(encoding: ParsingEncoding, options: StreamOptions = {}) {
    checkEncoding(encoding, 'HarmonyParserStream')
    let parser: Parser
    super({
      start(controller) {
        parser = createParser(encoding, { ...options, onEvent: (event) => controller.enqueue(event) })
      },
      transform(chunk) {
        parser.push(chunk)
      },
      flush() {
        parser.end(options)
      },
    })
  }
}
