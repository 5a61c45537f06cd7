export type { CallTarget, CallTargets } from './call-target.js'
export {
  type ForcedCall,
  fromResponsesRequest,
  type FromResponsesRequestOptions,
  type ResponsesConversation,
} from './from-request.js'
export type { ApprovedCall } from './item-messages.js'
export type { McpServerTools } from './mcp-servers.js'
export type { CallResult, WaitingCall } from './open-item.js'
export {
  piecesOfRequest,
  renderResponsesRequest,
  type RenderableRequest,
  type RenderResponsesOptions,
  type RequestPiece,
} from './render-request.js'
export {
  createResponsesStream,
  type GenerationEnd,
  type ResponseContext,
  type ResponsesStream,
} from './response-stream.js'
export type { ResponsesRequest } from './request-types.js'
export { isSealedTokens } from './sealed-tokens.js'
export { toResponse, type ToResponseContext } from './to-response.js'
export type * from './types.js'
export type { CitedPage, CreateId, PageOfCursor, SamplingParams } from '../openai/index.js'
export { numberedIds } from '../openai/index.js'
