import type { ChatAnswerChunk } from '../chat/index.js'

/**
 * Returns a function that writes the chunks of one answer as events. They differ in their choice alone, as a rule in
 * its delta: the rest is written once (`node bench/gateway.mjs`).
 */
export function chunkWriter(): (chunk: ChatAnswerChunk) => string {
  let head: string | undefined
  let tail = ''
  return (chunk) => {
    const { choices, usage } = chunk
    if (choices.length !== 1 || usage != null) return `data: ${JSON.stringify(chunk)}\n\n`
    if (head === undefined) {
      const envelope = JSON.stringify({ ...chunk, choices: undefined, usage: undefined })
      head = `data: ${envelope.slice(0, -1)},"choices":[`
      tail = usage === null ? '],"usage":null}\n\n' : ']}\n\n'
    }
    const [{ index, delta, logprobs, finish_reason: reason }] = choices
    const choice =
      logprobs === null && reason === null
        ? `{"index":${index},"delta":${JSON.stringify(delta)},"logprobs":null,"finish_reason":null}`
        : JSON.stringify(choices[0])
    return head + choice + tail
  }
}
