import type { ChatAnswerChunk } from '../chat/index.js'

/**
 * Returns a function that writes the chunks of one answer as events. The chunks of a choice differ in their delta alone,
 * as a rule: what is around it is written once (`node bench/gateway.mjs`).
 */
export function chunkWriter(): (chunk: ChatAnswerChunk) => string {
  const aroundDelta: (readonly [before: string, after: string])[] = []
  return (chunk) => {
    const [choice] = chunk.choices
    const differsInDelta =
      chunk.choices.length === 1 &&
      chunk.usage == null &&
      choice.logprobs === null &&
      choice.finish_reason === null
    if (!differsInDelta) return eventOf(chunk)
    const [before, after] = (aroundDelta[choice.index] ??= splitAtDelta(
      eventOf({ ...chunk, choices: [{ ...choice, delta: {} }] }),
    ))
    return before + JSON.stringify(choice.delta) + after
  }
}

function eventOf(chunk: ChatAnswerChunk): string {
  return `data: ${JSON.stringify(chunk)}\n\n`
}

/** No text within a string of JSON looks like it, as the quotes would be escaped. */
const EMPTY_DELTA = '"delta":{}'

function splitAtDelta(event: string): readonly [before: string, after: string] {
  const end = event.indexOf(EMPTY_DELTA) + EMPTY_DELTA.length
  return [event.slice(0, end - '{}'.length), event.slice(end)]
}
