export type {
  ChatAnswer,
  ChatAnswerChoice,
  ChatAnswerChunk,
  ChatAnswerChunkChoice,
  ChatAnswerDelta,
  ChatAnswerMessage,
  ReasoningFields,
  UrlCitation,
} from './answer-types.js'
export {
  type ChatCompletionContext,
  type ChatContext,
  type ChatGenerationEnd,
  type ChatStream,
  createChatStream,
  toChatCompletion,
} from './chat-stream.js'
export type { ReasoningField } from './choice-writer.js'
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
export { parseJson } from '../json/index.js'
export { errorResponseOf, generationSettingsOf, numberedIds, prepareSchema } from '../openai/index.js'
export type {
  AssistantMarkup,
  ChatSamplingParams,
  CitedPage,
  CreateId,
  ErrorBody,
  ErrorResponse,
  GenerationSettings,
  PageOfCursor,
  RequestCustomTool,
  RequestFunction,
  RequestTool,
  ResponseFormat,
  SamplingParams,
} from '../openai/index.js'
