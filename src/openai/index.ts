export {
  checkedList,
  checkedName,
  checkedObject,
  invalidRequest,
  isHeaderName,
  type UncheckedObject,
  unsupportedContent,
} from './invalid-request.js'
export { readReasoningEffort, REASONING_EFFORTS } from './reasoning-effort.js'
export { checkFunctionType, readToolChoice, readTools, toolDescription } from './request-tools.js'
export { responseFormatSection } from './response-format.js'
export { type ChatSamplingParams, type SamplingParams, samplingParamsOf } from './sampling-params.js'
export { ToolNames } from './tool-names.js'
