import type { ParsedMessage } from '../message/index.js'
import { createParser, type Deviation, type TurnEnd } from '../parse/index.js'
import type { MessageKind } from '../turn/index.js'
import type { TurnRunEvent } from './events.js'
import type { LoopOptions } from './run-loop.js'
import { sample } from './sampling.js'

/** What one sampling came to. */
export interface Generation {
  readonly messages: readonly ParsedMessage[]
  readonly deviations: readonly Deviation[]
  readonly end: TurnEnd
  readonly promptTokens: number
  readonly cachedTokens: number
}

/**
 * Samples once, and takes what was sampled into the transcript.
 *
 * @param messageOffset how many messages the run has sampled before
 */
export async function* generate(
  generationIndex: number,
  messageOffset: number,
  maxTokens: number,
  { engine, transcript, tools, opening, grammar, sampling, signal }: LoopOptions,
): AsyncGenerator<readonly TurnRunEvent[], Generation, undefined> {
  const { encoding } = transcript
  const opened = generationIndex === 0 ? opening : undefined
  const { tokens: prefill, cachedPrefixLength } = transcript.prefill('assistant', { opening: opened })
  yield [{ type: 'generation-start', generationIndex, prefill, cachedPrefixLength }]

  const events: TurnRunEvent[] = []
  let openKind: MessageKind = 'other'
  let turnEnd: TurnEnd | undefined
  const toolNames = tools === undefined ? {} : { tools: tools.recipients }
  const parser = createParser(encoding, {
    ...toolNames,
    prefill: opened,
    onEvent(event) {
      if (event.type === 'turn-end') {
        const { action, stopToken, usage } = event
        turnEnd = { action, stopToken, usage }
        return
      }
      const place = { generationIndex, messageIndex: messageOffset + event.messageIndex }
      if (event.type === 'message-start') openKind = event.kind
      events.push(
        event.type === 'content-delta' ? { ...event, ...place, kind: openKind } : { ...event, ...place },
      )
    },
  })

  const sampled: number[] = []
  const chunks = sample(engine, prefill, {
    stop: encoding.stopTokensForAssistantActions(),
    maxTokens: maxTokens === Infinity ? undefined : maxTokens,
    sampling,
    grammar: typeof grammar === 'function' ? grammar(generationIndex) : grammar,
    signal,
  })
  for await (const { tokens, logprobs, end } of chunks) {
    for (const token of tokens) sampled.push(token)
    if (tokens.length > 0)
      events.push({ type: 'tokens-delta', generationIndex, tokens, ...(logprobs && { logprobs }) })
    parser.push(tokens)
    if (end === undefined) {
      yield events.splice(0)
      continue
    }

    const { isStopWithheld: stopped, cachedTokens } = end
    parser.end({ stopped })
    const { messages, deviations } = transcript.commit(sampled, { ...toolNames, stopped })
    events.push({
      type: 'generation-end',
      generationIndex,
      ...turnEnd!,
      ...(cachedTokens !== undefined && { cachedTokens }),
    })
    yield events.splice(0)
    return {
      messages,
      deviations,
      end: turnEnd!,
      promptTokens: prefill.length,
      cachedTokens: cachedTokens ?? 0,
    }
  }
  throw new TypeError('generate: sampling ended without an end, wanted one last chunk with it')
}
