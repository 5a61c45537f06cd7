import { Command, Option } from 'commander'
import { loadHarmonyEncoding } from '../../encoding.js'
import type { Engine } from '../../engines/index.js'
import type { ReasoningEffort } from '../../message/index.js'
import { createToolSet, type McpNamespace, type ToolSet } from '../../tools/index.js'
import { createTranscript, type Transcript } from '../../transcript/index.js'
import { lockOutputs } from '../batch/run-lock.js'
import { apiEngine } from '../chat/api-engine.js'
import { Approver } from '../chat/approver.js'
import { answerOnce, Conversation } from '../chat/conversation.js'
import { Keyboard } from '../chat/keyboard.js'
import { newDeveloperMessages, openingMessages } from '../chat/opening.js'
import { Screen, sideOf } from '../chat/screen.js'
import { readTranscript, saveTranscript } from '../chat/transcript-file.js'
import { append, type Chat } from '../chat/turn.js'
import type { CreateCommand } from '../command.js'
import { WrongUsage } from '../failure.js'
import { readDocument } from '../input.js'
import { engineFlagsIn, readConfig } from '../serve/config.js'
import { type EngineFlags, engineFrom } from '../serve/engine.js'
import { closeMcpServers, connectMcpServers } from '../serve/mcp-servers.js'
import type { Terminal } from '../terminal.js'
import { addEngineOptions } from './serve.js'

interface Flags extends EngineFlags {
  readonly api?: string
  readonly apiKeyEnv: string
  readonly config?: string
  readonly transcript?: string
  readonly instructions?: string
  readonly reasoningEffort?: Lowercase<ReasoningEffort>
  readonly reasoning?: true
  readonly yes?: true
}

export const chatCommand: CreateCommand = (terminal) =>
  addEngineOptions(
    new Command('chat').description('Chat with a model in the terminal, or answer one question from a pipe.'),
  )
    .addOption(
      new Option(
        '--api <url>',
        'an OpenAI-compatible API in place of an engine: http://HOST:PORT/v1',
      ).conflicts(['engine', 'url']),
    )
    .option('--api-key-env <name>', "the environment variable with the API's key", 'OPENAI_API_KEY')
    .option('--config <file>', 'a JSON file like that of `harmony serve`: the engine, MCP servers')
    .option('--transcript <file>', 'go on with the conversation in this file, and keep it there')
    .option('--instructions <text>', 'what the developer message says')
    .addOption(
      new Option('--reasoning-effort <effort>', 'how much the model thinks').choices([
        'low',
        'medium',
        'high',
      ]),
    )
    .option('--reasoning', 'show all of the reasoning, in place of one line')
    .option('--yes', 'run tool calls without asking')
    .addHelpText(
      'after',
      '\nExamples:\n  $ harmony chat --engine gguf --model-path gpt-oss-20b.gguf\n  $ echo "What is Harmony?" | harmony chat --api http://127.0.0.1:8080/v1',
    )
    .action(async (flags: Flags) => {
      const config = flags.config === undefined ? {} : await readConfig(flags.config)
      const createEngine = await engineSource(flags, { ...engineFlagsIn(config), ...flags }, terminal)
      const isTalk = terminal.stdin.isTTY === true
      const question = isTalk ? '' : (await readDocument('-', 'a question', terminal)).text.trimEnd()

      const path = flags.transcript
      const lock = await lockOutputs(path === undefined ? [] : [path])
      let servers: McpNamespace[] = []
      let keyboard: Keyboard | undefined
      try {
        servers = await connectMcpServers(config, { requireApproval: true })
        if (isTalk) keyboard = new Keyboard(terminal, sideOf(terminal))
        const encoding = loadHarmonyEncoding('HarmonyGptOss')
        const tools = createToolSet(servers)
        const saved = path === undefined ? undefined : await readTranscript(encoding, path)
        const transcript = saved ?? createTranscript(encoding, { messages: openingMessages(tools, flags) })
        const screen = new Screen(terminal, {
          reasoning: flags.reasoning ? 'all' : isTalk ? 'line' : 'none',
        })
        const chat: Chat = {
          engine: createEngine(transcript, tools),
          transcript,
          tools,
          approver: new Approver(screen, { allowsAll: flags.yes === true, keyboard }),
          screen,
          save: async () => {
            if (path !== undefined) await saveTranscript(transcript, path)
          },
        }
        const added = saved === undefined ? [] : newDeveloperMessages(saved, tools, flags)
        if (added.length > 0) await append(chat, ...added)
        if (keyboard === undefined) await answerOnce(chat, question)
        else await new Conversation(chat, keyboard).talk()
      } finally {
        keyboard?.close()
        await closeMcpServers(servers)
        await lock.release()
      }
    })

/** Checks the flags about the engine, and returns what makes it for a transcript. @throws WrongUsage, BadInput */
async function engineSource(
  { api, apiKeyEnv, reasoningEffort }: Flags,
  engineFlags: EngineFlags,
  { env }: Terminal,
): Promise<(transcript: Transcript, tools: ToolSet) => Engine> {
  if (api !== undefined) {
    const server = { baseUrl: baseUrlOf(api), apiKey: env[apiKeyEnv], model: engineFlags.model ?? 'gpt-oss' }
    return (transcript, tools) => apiEngine({ ...server, reasoningEffort, transcript, tools })
  }
  if (engineFlags.engine === undefined)
    throw new WrongUsage('found neither an engine nor an API, wanted --engine or --api')
  const engine = await engineFrom(engineFlags)
  return () => engine
}

/** @throws WrongUsage */
function baseUrlOf(api: string): string {
  if (!/^https?:/.test(api) || !URL.canParse(api))
    throw new WrongUsage(`--api: found ${api}, wanted http://HOST:PORT/v1`)
  const base = api.replace(/(?<!\/)\/+$/, '')
  return new URL(base).pathname === '/' ? `${base}/v1` : base
}
