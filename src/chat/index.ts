export {
  fromChatRequest,
  type ChatConversation,
  type ForcedCall,
  type FromChatRequestOptions,
} from './from-request.js'
export { renderChatRequest } from './render-request.js'
export type { ChatRequest, ChatRequestMessage } from './request-types.js'
export type { ChatSamplingParams, SamplingParams } from '../openai/index.js'
