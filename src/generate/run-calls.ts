import { unlessAborted } from '../abort.js'
import type { Message } from '../message/index.js'
import { ToolOutput, type ToolSet } from '../tools/index.js'
import type { ToolCall } from '../turn/index.js'
import type { ToolEndEvent, TurnRunEvent } from './events.js'
import type { LoopOptions } from './run-loop.js'

export interface RanCalls {
  /** Calls that are the caller's, wait for an approval, or are past the limit. */
  readonly pendingCalls: readonly ToolCall[]
  /** Whether the limit left any. */
  readonly isLimited: boolean
}

/**
 * Runs calls, all at the same time.
 *
 * @param firstCallIndex how many calls the run has made before
 * @param onResult takes the results in the order of their calls, each as soon as those before it are there
 */
export async function* runCalls(
  calls: readonly ToolCall[],
  firstCallIndex: number,
  { tools, unknownCalls = 'answer', approve, limits, signal }: LoopOptions,
  onResult: (result: Message) => void,
): AsyncGenerator<readonly TurnRunEvent[], RanCalls, undefined> {
  if (tools === undefined) return { pendingCalls: calls, isLimited: false }
  const pendingCalls: ToolCall[] = []
  let isLimited = false
  let runningCount = 0
  // In the order in which they end. To race all that run, for each that ends, would be quadratic.
  const ended: Promise<ToolEndEvent>[] = []
  let wake = () => {}

  for (const call of calls) {
    const tool = tools.find(call.recipient)
    const callIndex = firstCallIndex + runningCount
    const isPastLimit = callIndex >= limits.maxToolCalls
    const isWaiting = tool?.needsApproval === true && approve === undefined
    const isCallers = tool === undefined ? unknownCalls === 'leave' : !tool.isRunnable
    if (isCallers || isWaiting || isPastLimit) {
      pendingCalls.push(call)
      isLimited ||= isPastLimit
      continue
    }
    const ending = runCall(callIndex, call, tools, approve, signal)
    const onEnd = () => {
      ended.push(ending)
      wake()
    }
    // The loop below sees a failure; until it looks, nobody else is to.
    ending.then(onEnd, onEnd)
    runningCount++
    yield [{ type: 'tool-start', callIndex, call, ...(tool && { tool }) }]
  }

  const results = new Map<number, Message>()
  let nextIndex = firstCallIndex
  for (; runningCount > 0; runningCount--) {
    if (ended.length === 0) await unlessAborted(new Promise<void>((resolve) => (wake = resolve)), signal)
    signal.throwIfAborted()
    const event = await ended.shift()!
    results.set(event.callIndex, event.message)
    for (; results.has(nextIndex); nextIndex++) onResult(results.get(nextIndex)!)
    yield [event]
  }
  return { pendingCalls, isLimited }
}

async function runCall(
  callIndex: number,
  call: ToolCall,
  tools: ToolSet,
  approve: LoopOptions['approve'],
  signal: AbortSignal,
): Promise<ToolEndEvent> {
  const tool = tools.find(call.recipient)
  const isDenied = tool?.needsApproval === true && !(await approve?.(call, tool))
  const output = isDenied
    ? new ToolOutput('Error: the user denied this call.', { isError: true })
    : await tools.run(call, { signal })
  return { type: 'tool-end', callIndex, call, output, message: tools.message(call, output) }
}
