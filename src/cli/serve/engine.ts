import {
  completionsEngine,
  type Engine,
  ggufEngine,
  llamaServerEngine,
  ollamaEngine,
  type ReplayCompletion,
  replayEngine,
  sglangEngine,
  tensorrtLlmEngine,
  vllmEngine,
} from '../../engines/index.js'
import { BadInput, WrongUsage } from '../failure.js'
import { readDocumentFile, readJsonLines } from '../input.js'

/** The engines that `harmony serve` and `harmony chat` know by name. */
export const ENGINE_NAMES = [
  'replay',
  'vllm',
  'sglang',
  'tensorrt-llm',
  'llama-server',
  'gguf',
  'ollama',
  'completions',
] as const

export type EngineName = (typeof ENGINE_NAMES)[number]

/** How the command line and the configuration file describe an engine. */
export interface EngineFlags {
  readonly engine?: EngineName | undefined
  readonly url?: string | undefined
  readonly model?: string | undefined
  readonly engineKey?: string | undefined
  readonly endpoint?: 'completions' | 'generate' | undefined
  readonly completions?: string | undefined
  readonly modelPath?: string | undefined
  readonly contextSize?: number | undefined
}

/**
 * Returns the engine that flags describe.
 *
 * @throws WrongUsage if one is missing; BadInput for a file of completions that cannot be read
 */
export async function engineFrom(flags: EngineFlags): Promise<Engine> {
  const { engine, model, engineKey: apiKey, endpoint, contextSize } = flags
  const server = () => {
    const url = flags.url
    if (url === undefined) throw new WrongUsage(`--engine ${engine}: needs the server's address: --url`)
    if (!URL.canParse(url)) throw new WrongUsage(`--url: found ${url}, wanted http://HOST:PORT`)
    return { url, model, apiKey }
  }
  switch (engine) {
    case undefined:
      throw new WrongUsage(`--engine is missing, wanted one of ${ENGINE_NAMES.join(', ')}`)
    case 'replay':
      if (flags.completions === undefined)
        throw new WrongUsage('--engine replay: needs a file of completions: --completions')
      return replayEngine(await readCompletions(flags.completions))
    case 'vllm':
      return vllmEngine({ ...server(), endpoint })
    case 'sglang':
      return sglangEngine(server())
    case 'tensorrt-llm':
      return tensorrtLlmEngine(server())
    case 'llama-server':
      return llamaServerEngine(server())
    case 'ollama':
      return ollamaEngine(server())
    case 'completions':
      return completionsEngine(server())
    case 'gguf':
      if (flags.modelPath === undefined)
        throw new WrongUsage('--engine gguf: needs the model file: --model-path')
      return ggufEngine({ modelPath: flags.modelPath, contextSize })
  }
}

/** Reads JSON lines of completions. */
async function readCompletions(file: string): Promise<ReplayCompletion[]> {
  const lines = readJsonLines(await readDocumentFile(file, 'completions, one a line'))
  return lines.map(({ place, value }) => checkedCompletion(value, place))
}

function checkedCompletion(value: unknown, place: string): ReplayCompletion {
  const completion = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>
  const { text, token_ids: tokens, prompt_token_ids: prompt, finish_reason: reason } = completion
  const wrong = (wanted: string) => new BadInput(`${place}: wanted ${wanted}`)
  if (typeof text !== 'string' && !Array.isArray(tokens) && typeof completion['error'] !== 'string')
    throw wrong('{"text": "<|channel|>…"} or {"token_ids": […]}')
  for (const [name, list] of [
    ['token_ids', tokens],
    ['prompt_token_ids', prompt],
  ] as const)
    if (list != null && !isTokenList(list)) throw wrong(`${name} to be a list of token ids from 0 to 201087`)
  if (reason != null && reason !== 'stop' && reason !== 'length')
    throw wrong('finish_reason to be "stop" or "length"')
  const delay = completion['delay_ms']
  if (delay != null && !(typeof delay === 'number' && delay >= 0))
    throw wrong('delay_ms to be a number from 0')
  return Object.fromEntries(Object.entries(completion).filter(([, field]) => field !== null))
}

function isTokenList(list: unknown): boolean {
  return (
    Array.isArray(list) &&
    list.every((token) => Number.isInteger(token) && (token as number) >= 0 && (token as number) <= 201_087)
  )
}
