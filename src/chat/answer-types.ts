import type {
  ChatCompletion,
  ChatCompletionChunk,
  ChatCompletionMessage,
} from 'openai/resources/chat/completions'

/** Where servers put reasoning; OpenAI's own types have no place for it. */
export interface ReasoningFields {
  /** vLLM and Ollama. */
  reasoning?: string
  /** SGLang, llama.cpp and DeepSeek. */
  reasoning_content?: string
}

export type UrlCitation = ChatCompletionMessage.Annotation

/** A Chat Completions answer: OpenAI's type, with reasoning. */
export interface ChatAnswer extends ChatCompletion {
  choices: ChatAnswerChoice[]
}

export interface ChatAnswerChoice extends ChatCompletion.Choice {
  message: ChatAnswerMessage
}

export interface ChatAnswerMessage extends ChatCompletionMessage, ReasoningFields {}

/** A chunk of a streamed answer: OpenAI's type, with reasoning and annotations. */
export interface ChatAnswerChunk extends ChatCompletionChunk {
  choices: ChatAnswerChunkChoice[]
}

export interface ChatAnswerChunkChoice extends ChatCompletionChunk.Choice {
  delta: ChatAnswerDelta
}

export interface ChatAnswerDelta extends ChatCompletionChunk.Choice.Delta, ReasoningFields {
  annotations?: UrlCitation[]
}
