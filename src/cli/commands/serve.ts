import process from 'node:process'
import { Command, InvalidArgumentError, Option } from 'commander'
import {
  createGateway,
  type GatewayMetrics,
  memoryStore,
  prometheusMetrics,
  type ResponseStore,
} from '../../gateway/index.js'
import type { CreateCommand } from '../command.js'
import { BadInput } from '../failure.js'
import { engineFlagsIn, readConfig, type ServeConfig } from '../serve/config.js'
import { ENGINE_NAMES, type EngineFlags, engineFrom } from '../serve/engine.js'
import { closeMcpServers, connectMcpServers } from '../serve/mcp-servers.js'
import { serveFetch } from '../serve/node-server.js'
import { sqliteStore } from '../serve/sqlite-store.js'
import { webBrowser } from '../serve/web-browser.js'

interface Flags extends EngineFlags {
  readonly config?: string
  readonly host?: string
  readonly port?: number
  readonly apiKey?: readonly string[]
  readonly store?: string
}

export const serveCommand: CreateCommand = (terminal) =>
  addEngineOptions(
    new Command('serve').description(
      "Serve OpenAI's Chat Completions and Responses APIs over an engine that takes and gives token ids.",
    ),
  )
    .option('--host <address>', 'the address to bind to; 127.0.0.1 by default')
    .option('--port <port>', 'the port; 0 for a free one; 8080 by default', readCount)
    .option('--api-key <key...>', 'a key that clients have to send')
    .option('--store <file>', 'keep responses in this SQLite file, in place of memory')
    .option('--config <file>', 'a JSON file with these and more settings')
    .addHelpText(
      'after',
      '\nThe first line of standard output is {"url":"http://…"}. The log goes to\nstandard error, a line of JSON a request.' +
        '\n\nExample:\n  $ harmony serve --engine vllm --url http://127.0.0.1:8000',
    )
    .action(async (flags: Flags) => {
      const config = flags.config === undefined ? {} : await readConfig(flags.config)
      const engine = await engineFrom({ ...engineFlagsIn(config), ...flags })
      const mcpServers = await connectMcpServers(config)
      const gateway = createGateway({
        engine,
        models: config.models,
        apiKeys: flags.apiKey ?? config.api_keys,
        store: await openStore(flags.store, config),
        tools: {
          mcpServers,
          ...(config.browser && {
            browser: webBrowser({
              searchUrl: config.browser.search_url,
              privateHosts: config.browser.private_hosts,
            }),
          }),
        },
        limits: limitsOf(config),
        metrics: await metricsIfInstalled(),
        grammars: config.grammars,
        logprobs: config.logprobs,
        reasoningField: config.reasoning_field,
        onLog: (entry) =>
          terminal.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), ...entry })}\n`),
      })
      const server = await serveFetch(
        gateway,
        flags.host ?? config.host ?? '127.0.0.1',
        flags.port ?? config.port ?? 8080,
      ).catch((error: unknown) => {
        throw new BadInput(`cannot listen: ${(error as Error).message}`, { cause: error })
      })
      terminal.stdout.write(`${JSON.stringify({ url: server.url })}\n`)
      await interrupted()
      const closed = server.close()
      await gateway.close()
      await closed
      await closeMcpServers(mcpServers)
    })

/** Adds the options that say which engine to use. */
export function addEngineOptions(command: Command): Command {
  return command
    .addOption(new Option('--engine <name>', 'what samples').choices(ENGINE_NAMES))
    .option('--url <url>', "the engine's address: http://127.0.0.1:8000")
    .option('--model <name>', "the model's name at the engine")
    .option('--engine-key <key>', 'the key that the engine wants')
    .addOption(
      new Option(
        '--endpoint <name>',
        "vLLM's endpoint: completions, or generate for /inference/v1/generate",
      ).choices(['completions', 'generate']),
    )
    .option('--completions <file>', 'the completions that the engine replay replays, as JSON lines')
    .option('--model-path <file>', "the engine gguf's model file")
    .option('--context-size <tokens>', "the engine gguf's context", readCount)
}

function readCount(text: string): number {
  if (/^\d+$/.test(text)) return Number(text)
  throw new InvalidArgumentError('wanted a whole number')
}

async function openStore(file: string | undefined, { store }: ServeConfig): Promise<ResponseStore | null> {
  if (file !== undefined) return sqliteStore(file)
  if (store === 'none') return null
  if (store === undefined || store === 'memory') return memoryStore()
  const { sqlite, max_responses: maxResponses, ttl_seconds: seconds } = store
  const bounds = { maxResponses, timeToLiveMs: seconds === undefined ? undefined : seconds * 1000 }
  return sqlite === undefined ? memoryStore(bounds) : sqliteStore(sqlite, bounds)
}

function limitsOf({ limits = {} }: ServeConfig) {
  const { body_bytes, concurrency, timeout_seconds, max_tokens, max_generations } = limits
  return {
    bodyBytes: body_bytes,
    concurrency,
    timeoutMs: timeout_seconds === undefined ? undefined : timeout_seconds * 1000,
    maxTokens: max_tokens,
    maxGenerations: max_generations,
  }
}

async function metricsIfInstalled(): Promise<GatewayMetrics | undefined> {
  try {
    return await prometheusMetrics()
  } catch {
    return undefined
  }
}

/** Resolves at the first interrupt. A second one ends the process as it is. */
function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
}
