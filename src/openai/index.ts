export type { UncheckedObject } from '../json/index.js'
export { checkAnswer } from './answer.js'
export {
  ASSISTANT_MARKUP,
  type AssistantMarkup,
  checkAssistantMarkup,
  readAssistantMarkup,
} from './assistant-markup.js'
export { callHeader, type CallHeaderOptions } from './call-header.js'
export {
  type Citation,
  CitationReader,
  type CitedPage,
  type CitedText,
  type PageOfCursor,
} from './citations.js'
export { createInputReader, type InputReader } from './custom-input.js'
export { CUSTOM_TOOL_PARAMETERS, customToolArguments, customToolInput } from './custom-tool.js'
export { describedNamespaces, developerContent, type DeveloperParts } from './developer-content.js'
export {
  type ApiErrorType,
  type ErrorBody,
  type ErrorDescription,
  errorResponse,
  type ErrorResponse,
  errorResponseOf,
} from './error-body.js'
export { type CreateId, numberedIds, randomId } from './ids.js'
export {
  checkedList,
  checkedName,
  checkedObject,
  checkedSchema,
  invalidRequest,
  isHeaderName,
  unsupportedContent,
} from './invalid-request.js'
export { describeLogprob } from './logprobs.js'
export { prepareSchema } from './prepare-schema.js'
export {
  effortOfSetting,
  HARMONY_EFFORTS,
  type HarmonyEffort,
  readReasoningEffort,
  REASONING_EFFORTS,
} from './reasoning-effort.js'
export { checkFields, closestName, type FieldLists, TEMPLATE_KWARGS } from './request-fields.js'
export {
  checkUniqueNames,
  definitionOf,
  readTool,
  readTools,
  type RequestCustomTool,
  type RequestFunction,
  type RequestTool,
  toolDescription,
  toolTypeOf,
} from './request-tools.js'
export { VisibleText } from './visible-text.js'
export { readResponseFormat, type ResponseFormat, responseFormatSection } from './response-format.js'
export {
  type ChatSamplingParams,
  type GenerationSettings,
  generationSettingsOf,
  SAMPLING_FIELDS,
  type SamplingParams,
  samplingParamsOf,
} from './sampling-params.js'
export { readText, readTextPart } from './text-content.js'
export { findByName, type FindTools, readToolChoice, type ToolChoice } from './tool-choice.js'
export { ToolNames } from './tool-names.js'
export { addUsage, NO_USAGE, type TokenUsage } from './usage.js'
