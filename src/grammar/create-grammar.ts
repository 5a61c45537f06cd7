import { quote } from '../errors.js'
import type { EngineGrammar } from '../engines/index.js'
import { type JsonValue, readSchema } from '../json/index.js'
import type { ToolNamespaceConfig } from '../message/index.js'
import type { HeaderOrder } from '../render/index.js'
import { gbnfGrammar } from './gbnf.js'
import { larkGrammar } from './lark.js'
import { type StructuralTagFormat, textFormat, tokenFormat } from './structural-tag.js'
import { type CallableTool, jsonAnswer, TEXT_ANSWER, turnParts } from './turn-parts.js'

export interface GrammarOptions {
  /** The tools as the prompt describes them; a `ToolSet` is such an object. Default: none. */
  readonly tools?: DescribedTools | undefined
  /**
   * `auto`: a call or an answer. `none`: an answer. `required`: a call. A list of recipients, such as
   * `['functions.get_weather']`: a call to one of these. Default `auto`.
   */
  readonly toolChoice?: 'auto' | 'none' | 'required' | readonly string[] | undefined
  /** The form of the answer. Default: free text. */
  readonly format?: AnswerFormat | undefined
  /** Where a call's recipient may stand. Default: both, because models write both. */
  readonly headerOrders?: readonly HeaderOrder[] | undefined
  /**
   * How special tokens are named: by id (`tokens`), which needs xgrammar 0.2 or a llama.cpp whose GBNF has token ids, such as
   * b11434; or as `text`, which works with older releases, but lets a model spell a marker out of other tokens. Default:
   * `tokens` in structural tags, `text` in GBNF. Lark always has them as tokens.
   */
  readonly markers?: 'tokens' | 'text' | undefined
}

export interface DescribedTools {
  /** Those of the developer message. */
  readonly namespaces?: readonly ToolNamespaceConfig[] | undefined
  /** Those of the system message. */
  readonly builtins?: readonly ToolNamespaceConfig[] | undefined
}

/** The form of an answer: `responseFormat` of what `fromChatRequest` returns, or `text.format` of a Responses body. */
export type AnswerFormat =
  | { readonly type: 'text' }
  | { readonly type: 'json_object'; readonly schema?: unknown }
  | { readonly type: 'json_schema'; readonly schema: unknown }

/** A grammar of whole turns. */
export interface HarmonyGrammar extends EngineGrammar {
  toStructuralTag(): { readonly type: 'structural_tag'; readonly format: StructuralTagFormat }
}

/**
 * Returns a grammar of what a model may sample after `<|start|>assistant`: reasoning and preambles, then a call whose
 * arguments fit the tool's schema, or an answer in the form that is wanted.
 *
 * Objects whose schema lists properties get no others, and properties come in the order of the schema. GBNF leaves out
 * what it cannot say (`pattern`, `minimum` and the like).
 *
 * @throws TypeError for a choice that leaves nothing to call, for an unknown recipient, or for a `json_schema` without
 *   its schema
 * @throws HarmonyError `invalid-conversation` for a schema that is no JSON
 *
 * @example
 * ```ts
 * import { createGrammar } from 'gpt-oss-harmony/grammar'
 *
 * const grammar = createGrammar({
 *   format: {
 *     type: 'json_schema',
 *     schema: { type: 'object', properties: { celsius: { type: 'number' } }, required: ['celsius'] },
 *   },
 * })
 * // For vLLM: { structured_outputs: { structural_tag: JSON.stringify(grammar.toStructuralTag()) } }
 * console.log(grammar.toStructuralTag().type) // 'structural_tag'
 * ```
 */
export function createGrammar({
  tools = {},
  toolChoice = 'auto',
  format = { type: 'text' },
  headerOrders = ['channel-first', 'recipient-first'],
  markers,
}: GrammarOptions = {}): HarmonyGrammar {
  const callable = chosenTools(callableTools(tools), toolChoice)
  const isCallForced = toolChoice !== 'auto' && toolChoice !== 'none'
  const part = turnParts(callable, isCallForced ? undefined : answerOf(format), headerOrders)
  return {
    toStructuralTag: () => ({
      type: 'structural_tag',
      format: markers === 'text' ? textFormat(part) : tokenFormat(part),
    }),
    toGbnf: () => gbnfGrammar(part, markers ?? 'text'),
    toLark: () => larkGrammar(part),
  }
}

function answerOf(format: AnswerFormat) {
  switch (format.type) {
    case 'text':
      return TEXT_ANSWER
    case 'json_schema':
      if (format.schema === undefined)
        throw new TypeError(
          'format.schema: found nothing, wanted a JSON Schema; fromChatRequest reads it out of response_format',
        )
      return jsonAnswer(schemaOf(format.schema, 'format.schema'))
    case 'json_object':
      return jsonAnswer(schemaOf(format.schema, 'format.schema'))
    default:
      throw new TypeError(
        `format.type: found ${quote((format as AnswerFormat).type)}, wanted text, json_object or json_schema`,
      )
  }
}

function callableTools({ namespaces = [], builtins = [] }: DescribedTools): readonly CallableTool[] {
  const callable =
    (isBuiltin: boolean) =>
    ({ name, tools }: ToolNamespaceConfig): readonly CallableTool[] => {
      // A namespace without functions takes text: `python`.
      if (tools.length === 0) return [{ recipient: name, parameters: undefined, isBuiltin }]
      return tools.map((tool) => {
        const recipient = `${name}.${tool.name}`
        return {
          recipient,
          parameters: schemaOf(tool.parameters, `tools: parameters of ${recipient}`),
          isBuiltin,
        }
      })
    }
  return [...namespaces.flatMap(callable(false)), ...builtins.flatMap(callable(true))]
}

function chosenTools(
  tools: readonly CallableTool[],
  choice: NonNullable<GrammarOptions['toolChoice']>,
): readonly CallableTool[] {
  if (choice === 'auto') return tools
  if (choice === 'none') return []
  const chosen = choice === 'required' ? tools : tools.filter(({ recipient }) => choice.includes(recipient))
  const unknown =
    choice === 'required'
      ? undefined
      : choice.find((name) => !chosen.some(({ recipient }) => recipient === name))
  if (chosen.length > 0 && unknown === undefined) return chosen
  const found = unknown === undefined ? 'no tool' : quote(unknown)
  throw new TypeError(
    `toolChoice: found ${found}, wanted one of ${tools.map(({ recipient }) => recipient).join(', ') || 'at least one tool'}`,
  )
}

/** Without a schema, any object. */
function schemaOf(schema: unknown, path: string): JsonValue {
  return (schema == null ? undefined : readSchema(schema, path)) ?? { type: 'object' }
}
