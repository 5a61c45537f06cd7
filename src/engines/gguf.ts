import { missingPackage } from '../errors.js'
import type { Engine, EngineChunk, GenerateOptions } from './engine.js'
import { engineFailed, engineRefused } from './engine-error.js'
import { stopTokenIds, translateSampling } from './sampling.js'

export interface GgufOptions {
  /** The path of the model's file. */
  readonly modelPath: string
  /** How many tokens a conversation may have; as many as fit into memory by default. */
  readonly contextSize?: number | undefined
  /** `false` for the processor alone; by default whatever node-llama-cpp finds. */
  readonly gpu?: false | 'auto' | 'metal' | 'cuda' | 'vulkan' | undefined
}

/** An engine that holds a model in memory. */
export interface GgufEngine extends Engine {
  /** Frees the model. */
  dispose(): Promise<void>
}

/**
 * Creates an engine that runs a GGUF file within this process, through the optional package `node-llama-cpp`.
 * The model is loaded by the first request. Requests are answered one after the other; the tokens that a prefill
 * shares with the last conversation are not computed again. Grammars and log probabilities are refused.
 *
 * @throws HarmonyError `missing-package` from the first request without node-llama-cpp
 *
 * @example
 * ```ts
 * import { ggufEngine } from 'gpt-oss-harmony/engines'
 *
 * const engine = ggufEngine({ modelPath: 'gpt-oss-20b.gguf', contextSize: 16_384 })
 * ```
 */
export function ggufEngine(options: GgufOptions): GgufEngine {
  let loaded: Promise<LoadedModel> | undefined
  let lastRequest: Promise<void> = Promise.resolve()

  return {
    async *generate(prefill, request) {
      if (request.grammar !== undefined)
        throw engineRefused('gguf', 'its grammars cannot match special tokens, wanted none', 'grammar')
      const params = evaluateOptions(request)
      const previous = lastRequest
      let finished!: () => void
      lastRequest = new Promise((resolve) => (finished = resolve))
      try {
        await previous
        request.signal?.throwIfAborted()
        loaded ??= load(options)
        loaded.catch(() => (loaded = undefined))
        const { sequence } = await loaded
        yield* sample(sequence, prefill, params, request)
      } finally {
        finished()
      }
    },

    async dispose() {
      const model = await loaded?.catch(() => undefined)
      loaded = undefined
      await model?.dispose()
    },
  }
}

/** What this room uses of node-llama-cpp, whose types are its own. */
interface LlamaSequence {
  readonly contextSize: number
  readonly nextTokenIndex: number
  adaptStateToTokens(tokens: readonly number[], allowShift: boolean): Promise<void>
  eraseContextTokenRanges(ranges: readonly { start: number; end: number }[]): Promise<void>
  evaluate(tokens: readonly number[], options: object): AsyncGenerator<number, void>
}

interface LlamaPackage {
  getLlama(options: object): Promise<{
    loadModel(options: object): Promise<{
      createContext(options: object): Promise<{ getSequence(): LlamaSequence }>
      dispose(): Promise<void>
    }>
  }>
}

interface LoadedModel {
  readonly sequence: LlamaSequence
  dispose(): Promise<void>
}

async function load({ modelPath, contextSize, gpu }: GgufOptions): Promise<LoadedModel> {
  // A name in a variable: neither TypeScript nor a bundler looks for the optional package.
  const name = 'node-llama-cpp'
  let llamaPackage: LlamaPackage
  try {
    llamaPackage = (await import(/* @vite-ignore */ name)) as LlamaPackage
  } catch (cause) {
    throw missingPackage(name, cause)
  }
  try {
    const llama = await llamaPackage.getLlama({ build: 'never', ...(gpu !== undefined && { gpu }) })
    const model = await llama.loadModel({ modelPath })
    const context = await model.createContext(contextSize === undefined ? {} : { contextSize })
    return { sequence: context.getSequence(), dispose: () => model.dispose() }
  } catch (cause) {
    throw engineFailed('gguf', `${modelPath}: ${(cause as Error).message}`, cause)
  }
}

async function* sample(
  sequence: LlamaSequence,
  prefill: readonly number[],
  params: object,
  request: GenerateOptions,
): AsyncGenerator<EngineChunk> {
  const { maxTokens = Infinity, signal } = request
  if (prefill.length === 0) throw engineRefused('gguf', 'the prefill is empty, wanted a token at least')
  if (prefill.length >= sequence.contextSize)
    throw engineRefused(
      'gguf',
      `the prefill has ${prefill.length} tokens, wanted fewer than the context's ${sequence.contextSize}`,
    )
  // Shifting would compute positions anew, and change what is sampled.
  await sequence.adaptStateToTokens(prefill, false)
  // The last token has to be evaluated, as the next one is sampled from it.
  if (sequence.nextTokenIndex >= prefill.length)
    await sequence.eraseContextTokenRanges([{ start: prefill.length - 1, end: sequence.nextTokenIndex }])
  const cachedTokens = sequence.nextTokenIndex

  const stop = new Set(stopTokenIds(request))
  const most = Math.min(maxTokens, sequence.contextSize - prefill.length)
  let count = 0
  try {
    for await (const token of sequence.evaluate(prefill.slice(cachedTokens), params)) {
      signal?.throwIfAborted()
      yield { tokens: [token] }
      count++
      if (stop.has(token)) {
        yield { tokens: [], finish: { reason: 'stop', stopToken: token, cachedTokens } }
        return
      }
      if (count >= most) break
    }
  } catch (error) {
    if (signal?.aborted) throw signal.reason
    throw engineFailed('gguf', (error as Error).message, error)
  }
  yield { tokens: [], finish: { reason: count >= most ? 'length' : 'stop', cachedTokens } }
}

function evaluateOptions({ sampling }: GenerateOptions): object {
  const { repetition_penalty: penalty, ...rest } = sampling ?? {}
  return {
    temperature: 1,
    topK: 0,
    topP: 1,
    minP: 0,
    ...translateSampling('gguf', rest, NAMES),
    ...(typeof penalty === 'number' && penalty !== 1 && { repeatPenalty: { penalty } }),
    yieldEogToken: true,
  }
}

const NAMES = { temperature: 'temperature', top_k: 'topK', top_p: 'topP', min_p: 'minP', seed: 'seed' }
