import type { ParsedMessage } from '../message/index.js'
import { createParser, type Deviation, type ParserEvent, type TurnEnd } from '../parse/index.js'
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
  { engine, transcript, tools, opening, grammar, sampling, events: reported = 'all', signal }: LoopOptions,
): AsyncGenerator<readonly TurnRunEvent[], Generation, undefined> {
  const { encoding } = transcript
  const opened = generationIndex === 0 ? opening : undefined
  const { tokens: prefill, cachedPrefixLength } = transcript.prefill('assistant', { opening: opened })
  yield [{ type: 'generation-start', generationIndex, prefill, cachedPrefixLength }]

  const toolNames = tools === undefined ? {} : { tools: tools.recipients }
  const place = { generationIndex, messageOffset }
  const events: TurnRunEvent[] = []
  const parser =
    reported === 'all'
      ? createParser(encoding, { ...toolNames, prefill: opened, onEvent: reporter(events, place) })
      : undefined

  const sampled: number[] = []
  const batches = sample(engine, prefill, {
    stop: encoding.stopTokensForAssistantActions(),
    maxTokens: maxTokens === Infinity ? undefined : maxTokens,
    sampling,
    grammar: typeof grammar === 'function' ? grammar(generationIndex) : grammar,
    signal,
  })
  for await (const ready of batches) {
    for (const { tokens, logprobs } of ready) {
      if (tokens.length === 0) continue
      for (const token of tokens) sampled.push(token)
      events.push(
        logprobs === undefined
          ? { type: 'tokens-delta', generationIndex, tokens }
          : { type: 'tokens-delta', generationIndex, tokens, logprobs },
      )
      parser?.push(tokens)
    }
    const end = ready.at(-1)?.end
    if (end === undefined) {
      yield events.splice(0)
      continue
    }

    const { isStopWithheld: stopped, cachedTokens } = end
    parser?.end({ stopped })
    const { messages, deviations, turn } = transcript.commit(sampled, { ...toolNames, stopped })
    if (parser === undefined) {
      const report = reporter(events, place)
      for (const deviation of deviations) report({ type: 'deviation', ...deviation })
    }
    events.push({
      type: 'generation-end',
      generationIndex,
      ...turn,
      ...(cachedTokens !== undefined && { cachedTokens }),
    })
    yield events.splice(0)
    return {
      messages,
      deviations,
      end: turn,
      promptTokens: prefill.length,
      cachedTokens: cachedTokens ?? 0,
    }
  }
  throw new TypeError('generate: sampling ended without an end, wanted one last chunk with it')
}

/** Returns what makes a run's events of a parser's. */
function reporter(
  events: TurnRunEvent[],
  { generationIndex, messageOffset }: { readonly generationIndex: number; readonly messageOffset: number },
): (event: ParserEvent) => void {
  let openKind: MessageKind = 'other'
  return (event) => {
    if (event.type === 'turn-end') return
    const place = { generationIndex, messageIndex: messageOffset + event.messageIndex }
    if (event.type === 'message-start') openKind = event.kind
    events.push(
      event.type === 'content-delta' ? { ...event, ...place, kind: openKind } : { ...event, ...place },
    )
  }
}
