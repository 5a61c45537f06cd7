export {
  callHeader,
  type CallHeaderOptions,
  type ResponseFormat,
  responseFormatSection,
} from '../openai/index.js'
export { createAnswerReader, type ReadAnswer } from './answer.js'
export {
  type AnswerFormat,
  createGrammar,
  type DescribedTools,
  type GrammarOptions,
  type HarmonyGrammar,
} from './create-grammar.js'
export { type StructuralTagFormat } from './structural-tag.js'
