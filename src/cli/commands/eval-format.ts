import { Command } from 'commander'
import { loadHarmonyEncoding } from '../../encoding.js'
import { EngineClient } from '../../engines/index.js'
import { wholeNumber } from '../batch/flags.js'
import { plural } from '../batch/progress.js'
import { createRequestProgress } from '../bench-engine/progress.js'
import type { CreateCommand } from '../command.js'
import { type ChatSample, sampleChat } from '../eval/format-chat.js'
import { formatPrompts } from '../eval/format-prompts.js'
import { chatFindingsOf, findingsOf, formatChatFindings, formatFindings } from '../eval/format-report.js'
import { type FormatSample, sampleFormat } from '../eval/format-sample.js'
import { Ended, EXIT, WrongUsage } from '../failure.js'
import { type EngineFlags, engineFrom } from '../serve/engine.js'
import { visible } from '../terminal.js'
import { writeReport } from '../write-report.js'
import { addEngineOptions } from './serve.js'

interface Flags extends EngineFlags {
  readonly numPrompts: number
  readonly maxTokens: number
  readonly seed: number
  readonly maxConcurrency: number
  readonly chat?: true
  readonly saveResult?: string
}

export const evalFormatCommand: CreateCommand = (terminal) =>
  addEngineOptions(new Command('format'))
    .summary('check that the output is Harmony')
    .description(
      'Send varied prompts, and report how often and how the output breaks Harmony, and whether it ends at stop tokens.',
    )
    .option('--num-prompts <n>', 'number of requests', wholeNumber(1, 1e6), 100)
    .option('--max-tokens <n>', 'limit of each answer', wholeNumber(1, 131_072), 2048)
    .option('--seed <n>', 'seed of the first; the next has the next number', wholeNumber(0, 2 ** 31), 0)
    .option('--max-concurrency <n>', 'number of requests at a time', wholeNumber(1), 16)
    .option('--chat', "also compare the server's own Chat answers with their tokens")
    .option('--save-result <file>', 'write the findings as JSON')
    .action(async (flags: Flags) => {
      const { numPrompts, maxTokens, seed, maxConcurrency, chat, url, model, engineKey: apiKey } = flags
      const encoding = loadHarmonyEncoding('HarmonyGptOss')
      const engine = await engineFrom(flags)
      if (chat && url === undefined) throw new WrongUsage("--chat: needs the server's address: --url")
      const client = chat && new EngineClient('Chat endpoint', { url: url!, apiKey })
      const prompts = formatPrompts(numPrompts, seed, maxTokens)
      const samples: (FormatSample | string)[] = []
      const answers: (ChatSample | string)[] = []
      const progress = createRequestProgress(terminal.stderr, numPrompts * (client ? 2 : 1))
      const add = <T extends { readonly tokens: readonly number[] }>(sample: T | string): T | string => {
        const isError = typeof sample === 'string'
        progress.add({
          outputLength: isError ? 0 : sample.tokens.length,
          error: isError ? sample : undefined,
        })
        return sample
      }
      let next = 0
      const worker = async (): Promise<void> => {
        while (next < prompts.length) {
          const index = next++
          samples[index] = add(await sampleFormat(encoding, engine, prompts[index]))
          if (client) answers[index] = add(await sampleChat(encoding, client, model, prompts[index]))
        }
      }
      await Promise.all(Array.from({ length: Math.min(maxConcurrency, numPrompts) }, worker)).finally(() =>
        progress.stop(),
      )

      const findings = findingsOf(samples)
      const chatFindings = client && chatFindingsOf(answers)
      terminal.stdout.write(formatFindings(findings))
      if (chatFindings) terminal.stdout.write(`\n${formatChatFindings(chatFindings)}`)
      if (flags.saveResult !== undefined)
        await writeReport(
          flags.saveResult,
          `${JSON.stringify({ ...findings, ...(chatFindings && { chat: chatFindings }) })}\n`,
        )
      const errors = [...samples, ...answers].filter((sample) => typeof sample === 'string')
      if (errors.length > 0)
        throw new Ended(
          `${plural(errors.length, 'request')} failed, the first with: ${visible(errors[0])}`,
          EXIT.SOME_FAILED,
        )
    })
