import {
  ASSISTANT_MARKUP,
  type AssistantMarkup,
  checkedList,
  invalidRequest,
  type UncheckedObject,
} from '../openai/index.js'
import { DROP_RULES, type DropAnalysis, HEADER_ORDERS, type HeaderOrder } from '../render/index.js'

/**
 * What a run says of all its conversations and a line may say of its own. The keys of a line are the same in snake_case:
 * `conversation_start_date` and so on.
 */
export interface PrefillSettings {
  /** `low`, `medium` or `high`, or another of OpenAI's names for the nearest of them. */
  readonly reasoningEffort?: string | undefined
  /** The current date, by convention `YYYY-MM-DD`. */
  readonly conversationStartDate?: string | undefined
  readonly modelIdentity?: string | undefined
  readonly knowledgeCutoff?: string | undefined
  /** Function tools, as a Chat Completions request has them. */
  readonly tools?: readonly unknown[] | undefined
  readonly builtinTools?: readonly BuiltinToolName[] | undefined
  /** By default the rule of each kind of line: `before-first-final` for a conversation, `completed-turns` for a Chat body. */
  readonly dropAnalysis?: DropAnalysis | undefined
  readonly headerOrder?: HeaderOrder | undefined
  /** Of calls in Chat bodies: `<|constrain|>json` by default. */
  readonly contentType?: string | undefined
  /** Of Chat bodies: what becomes of markers in an assistant's text; `error` by default. */
  readonly assistantMarkup?: AssistantMarkup | undefined
  /** Of Chat bodies: whether the tools' schemas are rewritten so that less of them becomes `any`. */
  readonly prepareSchemas?: boolean | undefined
}

export const BUILTIN_TOOL_NAMES = ['browser', 'python'] as const
export type BuiltinToolName = (typeof BUILTIN_TOOL_NAMES)[number]

/** The run's settings with those that a line has itself in their place. @throws HarmonyError `invalid-request` */
export function withFieldsOf(places: readonly UncheckedObject[], settings: PrefillSettings): PrefillSettings {
  // Most lines have none or one, and copies of the line and of the settings would be a tenth of the work that it takes.
  let merged: Record<string, unknown> | undefined
  for (const [field, key, read] of FIELDS) {
    const place = places.find((candidate) => candidate[field] != null)
    if (place !== undefined) (merged ??= { ...settings })[key] = read(place[field], field)
  }
  return merged ?? settings
}

const FIELDS: readonly (readonly [
  field: string,
  key: keyof PrefillSettings,
  read: (value: unknown, path: string) => unknown,
])[] = [
  ['reasoning_effort', 'reasoningEffort', text],
  ['conversation_start_date', 'conversationStartDate', text],
  ['model_identity', 'modelIdentity', text],
  ['knowledge_cutoff', 'knowledgeCutoff', text],
  ['tools', 'tools', checkedList],
  [
    'builtin_tools',
    'builtinTools',
    (value, path) =>
      checkedList(value, path).map((name, i) => oneOf(BUILTIN_TOOL_NAMES)(name, `${path}[${i}]`)),
  ],
  ['drop_analysis', 'dropAnalysis', oneOf(DROP_RULES)],
  ['header_order', 'headerOrder', oneOf(HEADER_ORDERS)],
  ['call_content_type', 'contentType', text],
  ['assistant_markup', 'assistantMarkup', oneOf(ASSISTANT_MARKUP)],
  ['prepare_schemas', 'prepareSchemas', truth],
]

/** The fields of a line that say what the run's settings say. */
export const SETTING_FIELDS = FIELDS.map(([field]) => field)

function truth(value: unknown, path: string): boolean {
  if (typeof value !== 'boolean') throw invalidRequest(path, value, 'true or false')
  return value
}

function text(value: unknown, path: string): string {
  if (typeof value !== 'string') throw invalidRequest(path, value, 'a string or null')
  return value
}

function oneOf<T extends string>(choices: readonly T[]): (value: unknown, path: string) => T {
  return (value, path) => {
    const choice = choices.find((known) => known === value)
    if (choice === undefined) throw invalidRequest(path, value, `one of ${choices.join(', ')}`)
    return choice
  }
}
