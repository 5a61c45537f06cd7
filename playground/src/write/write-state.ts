import type { DropAnalysis, HeaderOrder } from 'gpt-oss-harmony'
import type { Dialect } from 'gpt-oss-harmony/dialects'

/** The forms in which a prompt can be written. */
export const PROMPT_FORMS = {
  conversation: 'Conversation (JSON)',
  chat: 'Chat Completions body',
  responses: 'Responses body',
  text: 'Text with markers',
  ids: 'Token ids',
} as const

export type PromptForm = keyof typeof PROMPT_FORMS

/** What a prompt is made of. Empty strings leave a setting as the text has it. */
export interface PromptSource {
  readonly form: PromptForm
  readonly text: string
  readonly effort: '' | 'Low' | 'Medium' | 'High'
  readonly date: string
  readonly browser: boolean
  readonly python: boolean
  readonly headerOrder: HeaderOrder
  readonly dropAnalysis: DropAnalysis
  /** The stack that renders a Chat body; this library where it is empty. */
  readonly dialect: '' | Dialect
}

export const PLAIN_PROMPT: PromptSource = {
  form: 'conversation',
  text: '',
  effort: '',
  date: '',
  browser: false,
  python: false,
  headerOrder: 'recipient-first',
  dropAnalysis: 'before-first-final',
  dialect: '',
}
