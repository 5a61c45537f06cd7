export {
  fromChatRequest,
  type ChatConversation,
  type ForcedCall,
  type FromChatRequestOptions,
} from './from-request.js'
export type { OpenMessage } from './open-message.js'
export { renderChatRequest, type RenderableChat } from './render-request.js'
export type { AnswerSettings } from './request-settings.js'
export type { ChatRequest, ChatRequestMessage } from './request-types.js'
export { prepareSchema } from '../openai/index.js'
export type {
  AssistantMarkup,
  ChatSamplingParams,
  RequestCustomTool,
  RequestFunction,
  RequestTool,
  ResponseFormat,
  SamplingParams,
} from '../openai/index.js'
