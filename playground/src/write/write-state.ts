import type { DropAnalysis, HeaderOrder } from 'gpt-oss-harmony'

/** The forms in which a prompt can be written. */
export const PROMPT_FORMS = {
  conversation: 'Conversation (JSON)',
  chat: 'Chat Completions body',
  responses: 'Responses body',
  text: 'Text with markers',
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
}
