import { FIRST_CONVERSATION } from './examples.js'
import { PLAIN_PROMPT, type PromptSource } from './write/write-state.js'

export const VIEWS = { write: 'Write' } as const

export type View = keyof typeof VIEWS

/** Everything that a shared address carries. */
export interface PlaygroundState {
  readonly view: View
  readonly write: PromptSource
}

export const FIRST_STATE: PlaygroundState = {
  view: 'write',
  write: { ...PLAIN_PROMPT, text: FIRST_CONVERSATION },
}
