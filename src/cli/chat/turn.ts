import type { Engine } from '../../engines/index.js'
import { runTurn, type TurnResult } from '../../generate/index.js'
import type { Message } from '../../message/index.js'
import type { ToolSet } from '../../tools/index.js'
import type { Transcript } from '../../transcript/index.js'
import type { Approver } from './approver.js'
import type { Screen } from './screen.js'

/** What a conversation needs. */
export interface Chat {
  readonly engine: Engine
  readonly transcript: Transcript
  readonly tools: ToolSet
  readonly approver: Approver
  readonly screen: Screen
  /** Keeps the transcript, if it is to be kept. */
  readonly save: () => Promise<void>
}

/** Appends messages of the user's or the developer's, after a refusal of each call that was left without a result. */
export async function append(
  { engine, transcript, tools }: Pick<Chat, 'engine' | 'transcript' | 'tools'>,
  ...messages: readonly Message[]
): Promise<void> {
  await runTurn({ engine, transcript, tools, approve: () => false, limits: { maxGenerations: 0 } }).result()
  transcript.append(...messages)
}

/**
 * Runs a turn and shows it. Of a generation that is aborted or fails, the transcript keeps what was whole or shown, but no call
 * that was cut.
 *
 * @throws what the engine threw, or the signal's reason
 */
export async function runChatTurn(
  { engine, transcript, tools, approver, screen }: Chat,
  signal: AbortSignal,
): Promise<TurnResult> {
  const run = runTurn({
    engine,
    transcript,
    tools,
    approve: (call, tool) => approver.approve(call, tool, signal),
    signal,
  })
  let sampled: number[] = []
  let keptLength = 0
  screen.startTurn()
  try {
    for await (const event of run) {
      switch (event.type) {
        case 'tokens-delta':
          for (const token of event.tokens) sampled.push(token)
          break
        case 'content-delta':
          if (event.kind !== 'tool-call') keptLength = event.tokens.end
          break
        case 'message-end':
          keptLength = event.tokens.end
          break
        case 'generation-end':
          sampled = []
          keptLength = 0
          break
        case 'tool-end':
          // Not into the question about another call.
          await approver.settled
          break
        default:
      }
      screen.show(event)
    }
    return await run.result()
  } catch (error) {
    if (keptLength > 0) transcript.commit(sampled.slice(0, keptLength), { tools: tools.recipients })
    throw error
  } finally {
    screen.endMessage()
  }
}
