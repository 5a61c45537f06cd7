import type {
  Engine,
  EngineChunk,
  EngineFinish,
  GenerateOptions,
  TokenLogprobs,
} from '../../src/engines/index.js'

export const STOP = [200002, 200012]

export interface Collected {
  readonly tokens: number[]
  readonly logprobs: TokenLogprobs[]
  readonly finish: EngineFinish | undefined
  readonly chunks: EngineChunk[]
}

/** Runs an engine to its end. */
export async function collect(
  engine: Engine,
  prefill: readonly number[],
  options: Partial<GenerateOptions> = {},
): Promise<Collected> {
  const chunks: EngineChunk[] = []
  for await (const chunk of engine.generate(prefill, { stop: STOP, ...options })) chunks.push(chunk)
  return {
    chunks,
    tokens: chunks.flatMap(({ tokens }) => tokens),
    logprobs: chunks.flatMap(({ logprobs }) => logprobs ?? []),
    finish: chunks.at(-1)?.finish,
  }
}
