export { callHeader, type CallHeaderOptions } from '../openai/index.js'
export {
  type AnswerFormat,
  createGrammar,
  type DescribedTools,
  type GrammarOptions,
  type HarmonyGrammar,
} from './create-grammar.js'
export { type StructuralTagFormat } from './structural-tag.js'
