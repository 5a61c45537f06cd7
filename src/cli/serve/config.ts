import type * as Zod from 'zod'
import { missingPackage } from '../../errors.js'
import { BadInput } from '../failure.js'
import { readDocumentFile, readJson } from '../input.js'
import { ENGINE_NAMES, type EngineFlags } from './engine.js'

/** The configuration file of `harmony serve`. */
export type ServeConfig = Zod.infer<ReturnType<typeof configSchema>>

function configSchema(z: typeof Zod) {
  const count = z.number().int().min(1)
  const names = z.array(z.string().min(1))
  return z.strictObject({
    engine: z.enum(ENGINE_NAMES).optional(),
    url: z.string().optional(),
    model: z.string().optional(),
    engine_key: z.string().optional(),
    endpoint: z.enum(['completions', 'generate']).optional(),
    completions: z.string().optional(),
    model_path: z.string().optional(),
    context_size: count.optional(),
    host: z.string().optional(),
    port: z.number().int().min(0).max(65_535).optional(),
    models: names.min(1).optional(),
    api_keys: names.min(1).optional(),
    grammars: z.boolean().optional(),
    logprobs: z.boolean().optional(),
    reasoning_field: z.enum(['reasoning', 'reasoning_content', 'both', 'none']).optional(),
    store: z
      .union([
        z.enum(['memory', 'none']),
        z.strictObject({
          /** The file; without it, responses are kept in memory. */
          sqlite: z.string().min(1).optional(),
          max_responses: count.optional(),
          ttl_seconds: count.optional(),
        }),
      ])
      .optional(),
    limits: z
      .strictObject({
        body_bytes: count.optional(),
        concurrency: count.optional(),
        timeout_seconds: z.number().positive().optional(),
        max_tokens: count.optional(),
        max_generations: count.optional(),
      })
      .optional(),
    browser: z
      .strictObject({
        /** With `{query}` where the query goes; answers as SearXNG does: `{"results":[{"url","title","content"}]}`. */
        search_url: z.string().includes('{query}'),
        /** Hosts that are fetched although their addresses are private. */
        private_hosts: names.optional(),
      })
      .optional(),
    mcp_servers: z
      .array(
        z.intersection(
          z.object({
            name: z.string().min(1),
            description: z.string().optional(),
            allowed_tools: names.optional(),
            require_approval: z.union([z.boolean(), names]).optional(),
          }),
          z.union([
            z.object({
              command: z.string().min(1),
              args: z.array(z.string()).optional(),
              env: z.record(z.string(), z.string()).optional(),
              cwd: z.string().optional(),
            }),
            z.object({
              url: z.url(),
              transport: z.enum(['streamable-http', 'sse']).optional(),
              headers: z.record(z.string(), z.string()).optional(),
            }),
          ]),
        ),
      )
      .optional(),
  })
}

/**
 * Reads a configuration file.
 *
 * @throws BadInput that names the place of what is wrong
 * @throws HarmonyError `missing-package` without zod
 */
export async function readConfig(file: string): Promise<ServeConfig> {
  let z: typeof Zod
  try {
    z = await import('zod')
  } catch (cause) {
    throw missingPackage('zod', cause)
  }
  const value = readJson(await readDocumentFile(file, 'settings as JSON'))
  const { success, data, error } = configSchema(z).safeParse(value)
  if (success) return data
  const [issue] = error.issues
  const place = issue.path.join('.')
  throw new BadInput(`${file}: ${place === '' ? '' : `${place}: `}${issue.message}`)
}

/** Returns what a configuration file says about the engine. */
export function engineFlagsIn(config: ServeConfig): EngineFlags {
  const { engine, url, model, endpoint, completions } = config
  const { engine_key: engineKey, model_path: modelPath, context_size: contextSize } = config
  return { engine, url, model, engineKey, endpoint, completions, modelPath, contextSize }
}
