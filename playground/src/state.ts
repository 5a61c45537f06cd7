import type { ComparedSources } from './compare/compare-view.js'
import { FIRST_CONVERSATION } from './examples.js'
import type { ReadSource } from './read/read-state.js'
import { PLAIN_PROMPT, type PromptSource } from './write/write-state.js'

export const VIEWS = { write: 'Write', read: 'Read', compare: 'Compare' } as const

export type View = keyof typeof VIEWS

/** Everything that a shared address carries. */
export interface PlaygroundState {
  readonly view: View
  readonly write: PromptSource
  readonly read: ReadSource
  readonly compare: ComparedSources
}

const FIRST_PROMPT: PromptSource = { ...PLAIN_PROMPT, text: FIRST_CONVERSATION }

export const FIRST_STATE: PlaygroundState = {
  view: 'write',
  write: FIRST_PROMPT,
  read: {
    text: '<|channel|>analysis<|message|>I need the weather.<|end|><|start|>assistant<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>{"location": "Tokyo"}<|call|>',
    tools: '',
  },
  compare: { first: FIRST_PROMPT, second: { ...FIRST_PROMPT, effort: 'Low' } },
}
