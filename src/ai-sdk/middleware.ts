import type {
  LanguageModelV3Content,
  LanguageModelV3Middleware,
  LanguageModelV3StreamPart,
} from '@ai-sdk/provider'
import { randomId } from '../openai/index.js'
import { createTextParser, type ParserEvent, type TextParser } from '../parse/index.js'
import { PartWriter } from './part-writer.js'

export interface MiddlewareOptions {
  /** Whether the server takes the markers out of its text (`analysis…assistantfinal…`). Default `false`. */
  readonly strippedMarkers?: boolean | undefined
}

/**
 * Creates a middleware for models of other providers whose text is raw Harmony, as servers send it that do not parse
 * it: reasoning, calls and the answer are told apart. Text without any markers passes as it is.
 *
 * @example
 * ```ts
 * import { harmonyMiddleware } from 'gpt-oss-harmony/ai-sdk'
 *
 * // const model = wrapLanguageModel({ model: lmstudio('gpt-oss-20b'), middleware: harmonyMiddleware() })
 * console.log(harmonyMiddleware().specificationVersion) // 'v3'
 * ```
 */
export function harmonyMiddleware(options: MiddlewareOptions = {}): LanguageModelV3Middleware {
  return {
    specificationVersion: 'v3',
    async wrapGenerate({ doGenerate }) {
      const result = await doGenerate()
      const content = result.content.flatMap((part) =>
        part.type === 'text' ? contentOf(part.text, options) : [part],
      )
      return { ...result, content, finishReason: finishReasonOf(result.finishReason, content) }
    },
    async wrapStream({ doStream }) {
      const result = await doStream()
      return { ...result, stream: result.stream.pipeThrough(new TransformStream(new TextReader(options))) }
    },
  }
}

function parserTo(emit: (part: LanguageModelV3StreamPart) => void, options: MiddlewareOptions): TextParser {
  const writer = new PartWriter({ toolNames: {}, createId: () => randomId('call_'), emit })
  return createTextParser({
    ...options,
    onEvent(event: ParserEvent) {
      if (event.type === 'message-start') writer.messageStarted(event)
      else if (event.type === 'content-delta') writer.contentRead(event)
      else if (event.type === 'message-end') writer.messageEnded(event)
      else if (event.type === 'turn-end') writer.end()
    },
  })
}

/** Reads a stream's text parts; all others pass. */
class TextReader implements Transformer<LanguageModelV3StreamPart, LanguageModelV3StreamPart> {
  readonly #options: MiddlewareOptions
  #parser: TextParser | undefined
  #hasCalls = false

  constructor(options: MiddlewareOptions) {
    this.#options = options
  }

  transform(
    part: LanguageModelV3StreamPart,
    controller: TransformStreamDefaultController<LanguageModelV3StreamPart>,
  ): void {
    switch (part.type) {
      case 'text-start':
        this.#parser = parserTo((read) => {
          this.#hasCalls ||= read.type === 'tool-call'
          controller.enqueue(read)
        }, this.#options)
        return
      case 'text-delta':
        this.#parser?.push(part.delta)
        return
      case 'text-end':
        this.#parser?.end({ stopped: true })
        this.#parser = undefined
        return
      case 'finish':
        controller.enqueue(
          this.#hasCalls ? { ...part, finishReason: { ...part.finishReason, unified: 'tool-calls' } } : part,
        )
        return
      default:
        controller.enqueue(part)
    }
  }
}

function contentOf(text: string, options: MiddlewareOptions): LanguageModelV3Content[] {
  const content: LanguageModelV3Content[] = []
  let open = ''
  const parser = parserTo((part) => {
    if (part.type === 'text-delta' || part.type === 'reasoning-delta') open += part.delta
    else if (part.type === 'text-end' || part.type === 'reasoning-end') {
      content.push({ type: part.type === 'text-end' ? 'text' : 'reasoning', text: open })
      open = ''
    } else if (part.type === 'tool-call') content.push(part)
  }, options)
  parser.push(text)
  parser.end({ stopped: true })
  return content
}

function finishReasonOf<T extends { readonly unified: string }>(
  reason: T,
  content: readonly LanguageModelV3Content[],
): T {
  return content.some((part) => part.type === 'tool-call') ? { ...reason, unified: 'tool-calls' } : reason
}
