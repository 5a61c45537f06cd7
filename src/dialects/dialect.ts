import type { Channel } from '../message/index.js'

/**
 * The stacks whose prompts this package can render, each with the version that it was measured against: see {@link DIALECT_TRAITS}.
 */
export const DIALECTS = ['vllm', 'vllm-rust', 'hf', 'unsloth', 'sglang', 'llama.cpp', 'ollama'] as const

export type Dialect = (typeof DIALECTS)[number]

/** What sets a stack's prompts apart. The table in docs/dialects.md is printed from it. */
export interface DialectTraits {
  /** Name and version of the stack. */
  readonly stack: string
  /** Where reasoning is read in an assistant's message; the first of the keys wins. */
  readonly reasoningKeys: readonly ('reasoning' | 'reasoning_content' | 'thinking')[]
  /** The channel of text beside calls. */
  readonly textBesideCalls: Channel
  /** What becomes of system and developer messages that come later than the first message. */
  readonly laterInstructions: 'in-place' | 'dropped' | 'merged'
  /** What follows the instructions when there are no tools. */
  readonly afterInstructions: '' | '\n\n'
  readonly parallelCalls: 'all' | 'first'
  /** The header of a call, with `f` for the function. */
  readonly callHeader: string
  /** The header of a tool's result, with `f` for the function. */
  readonly resultHeader: string
  readonly arguments: 'verbatim' | 'rewritten'
  readonly results: 'verbatim' | 'json-string'
  /** What stands between two text parts of a message. */
  readonly partSeparator: '' | ' ' | '\n' | '\n\n'
  /** What becomes of an assistant's message at the end. */
  readonly lastAssistant: 'closed' | 'continued' | 'user'
  readonly undescribedTool: 'no-line' | 'empty-line' | 'refused'
  /** Whether `tool_choice` hides tools: all of them for `none`; and all but one for a named function. */
  readonly toolChoice: 'ignored' | 'none-hides' | 'hides'
  readonly efforts: 'low, medium, high' | 'none, low, medium, high' | 'any'
  /** What the text of a special token in some content becomes. */
  readonly specialText: 'plain' | 'parsed'
}

const VLLM = {
  reasoningKeys: ['reasoning', 'reasoning_content'],
  textBesideCalls: 'commentary',
  laterInstructions: 'in-place',
  afterInstructions: '',
  parallelCalls: 'all',
  resultHeader: 'functions.f<|channel|>commentary to=assistant',
  arguments: 'verbatim',
  results: 'verbatim',
  partSeparator: '',
  lastAssistant: 'closed',
  undescribedTool: 'no-line',
  toolChoice: 'ignored',
  efforts: 'low, medium, high',
  specialText: 'plain',
} as const satisfies Partial<DialectTraits>

const TEMPLATE = {
  reasoningKeys: ['thinking', 'reasoning_content', 'reasoning'],
  textBesideCalls: 'analysis',
  laterInstructions: 'dropped',
  afterInstructions: '\n\n',
  parallelCalls: 'first',
  callHeader: 'assistant to=functions.f<|channel|>commentary json',
  resultHeader: 'functions.f to=assistant<|channel|>commentary',
  arguments: 'rewritten',
  results: 'json-string',
  partSeparator: '',
  lastAssistant: 'closed',
  undescribedTool: 'refused',
  toolChoice: 'none-hides',
  efforts: 'any',
  specialText: 'parsed',
} as const satisfies Partial<DialectTraits>

/** What is known of each stack, and what its renderer does. */
export const DIALECT_TRAITS = {
  vllm: {
    ...VLLM,
    stack: 'vLLM 0.33.0, Python server',
    callHeader: 'assistant to=functions.f<|channel|>commentary json',
  },
  'vllm-rust': {
    ...VLLM,
    stack: 'vLLM 0.33.0, Rust server',
    callHeader: 'assistant<|channel|>commentary to=functions.f <|constrain|>json',
  },
  hf: { ...TEMPLATE, stack: 'Hugging Face template (transformers 5.24, TRL 1.16)' },
  unsloth: {
    ...TEMPLATE,
    stack: 'unsloth 2026.10.9',
    afterInstructions: '',
    results: 'verbatim',
  },
  sglang: {
    ...TEMPLATE,
    stack: 'SGLang 0.5.23',
    reasoningKeys: [],
    partSeparator: ' ',
    lastAssistant: 'user',
    toolChoice: 'hides',
  },
  'llama.cpp': {
    ...TEMPLATE,
    stack: 'llama.cpp b11434, llama-server',
    reasoningKeys: ['reasoning_content'],
    partSeparator: '\n',
    lastAssistant: 'continued',
    undescribedTool: 'empty-line',
    toolChoice: 'ignored',
  },
  ollama: {
    stack: 'Ollama 0.17.4',
    reasoningKeys: ['reasoning'],
    textBesideCalls: 'final',
    laterInstructions: 'merged',
    afterInstructions: '',
    parallelCalls: 'all',
    callHeader: 'assistant<|channel|>commentary to=functions.f <|constrain|>json',
    resultHeader: 'functions.f to=assistant',
    arguments: 'rewritten',
    results: 'verbatim',
    partSeparator: '\n\n',
    lastAssistant: 'continued',
    undescribedTool: 'no-line',
    toolChoice: 'ignored',
    efforts: 'none, low, medium, high',
    specialText: 'parsed',
  },
} as const satisfies Readonly<Record<Dialect, DialectTraits>>

/** Why a stack leaves something of a request out of its prompt. */
export const LOSS_REASONS = [
  /** A system or developer message that does not come first, or, for Ollama, any developer message. */
  'instructions',
  /** A call after the first of its message. */
  'parallel-call',
  /** Reasoning under a key that the stack does not read. */
  'unread-reasoning',
  /** Reasoning that the stack drops, because an answer or a question follows it. */
  'old-reasoning',
  /** Text beside a call, where reasoning takes its place. */
  'text-beside-call',
  /** An answer without text. */
  'empty-answer',
  /** A message of a role that the stack does not know. */
  'unknown-role',
  'user-name',
  /** A result whose call the stack does not look up: the prompt names another function, or none. */
  'result-name',
  /** A tool that `tool_choice` hides. */
  'hidden-tool',
  /** What the stack enforces by a grammar, if at all. */
  'response-format',
] as const

export type LossReason = (typeof LOSS_REASONS)[number]

/** One thing of the request that the prompt does not have. */
export interface Loss {
  /** JSON path in the request, as `messages[2].tool_calls[1]`. */
  readonly path: string
  readonly reason: LossReason
}

export interface DialectOptions {
  readonly dialect: Dialect
  /** The current date in the system message. Every stack prints today's. */
  readonly date: string
  /** What the template's `builtin_tools` lists. vLLM and Ollama have no such setting for Chat bodies. */
  readonly builtinTools?: readonly ('browser' | 'python')[] | undefined
  /**
   * Keeps the text of special tokens in contents plain text. `false` by default: stacks with a template read `<|end|>` in a
   * user's text as the token.
   */
  readonly guard?: boolean | undefined
}
