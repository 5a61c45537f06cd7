import { Command, Option } from 'commander'
import { type ChatRequest, fromChatRequest, renderChatRequest } from '../../chat/index.js'
import { type Dialect, type DialectPrompt, DIALECTS, renderInDialect } from '../../dialects/index.js'
import { loadHarmonyEncoding } from '../../encoding.js'
import { parseConversation, type Role, ROLES } from '../../message/index.js'
import { DROP_RULES, type DropAnalysis, HEADER_ORDERS, type HeaderOrder } from '../../render/index.js'
import { BadInput, blaming, WrongUsage } from '../failure.js'
import { chatKeyIn } from '../../batch/index.js'
import { readDocument, readJson } from '../input.js'
import type { CreateCommand } from '../command.js'

interface Flags {
  readonly chat?: true
  readonly dialect?: Dialect
  readonly date?: string
  readonly nextRole: Role | 'none'
  readonly training?: true
  readonly dropAnalysis?: DropAnalysis | false
  readonly headerOrder: HeaderOrder
  readonly format: 'json' | 'ids' | 'text'
}

export const renderCommand: CreateCommand = (terminal) =>
  new Command('render')
    .description('Render a conversation to the token ids that an engine samples from, and its stop tokens.')
    .argument('[file]', 'the conversation, as JSON; - or nothing for standard input')
    .addOption(
      new Option('--chat', 'the input is the body of a Chat Completions request').conflicts([
        'nextRole',
        'training',
      ]),
    )
    .addOption(
      new Option('--dialect <stack>', 'with --chat: render as that stack does, and list what it leaves out')
        .choices(DIALECTS)
        .conflicts(['dropAnalysis', 'nextRole', 'training']),
    )
    .option('--date <date>', 'with --dialect: the current date, as 2025-06-28')
    .addOption(
      new Option('--next-role <role>', 'whose message comes next')
        .choices([...ROLES, 'none'])
        .default('assistant'),
    )
    .addOption(
      new Option(
        '--training',
        'to train on: no next message, an answer at the end closes with <|return|>',
      ).conflicts('nextRole'),
    )
    .addOption(new Option('--drop-analysis <rule>', 'the old reasoning to leave out').choices(DROP_RULES))
    .option('--no-drop-analysis', 'keep the reasoning of turns that have their answer')
    .addOption(
      new Option('--header-order <order>', 'where the recipient stands')
        .choices(HEADER_ORDERS)
        .default('recipient-first'),
    )
    .addOption(
      new Option('--format <format>', 'JSON with both, bare ids, or the text')
        .choices(['json', 'ids', 'text'])
        .default('json'),
    )
    .addHelpText('after', '\nExample:\n  $ harmony render conversation.json --format text')
    .action(async (file: string | undefined, flags: Flags) => {
      const input = await readDocument(file, 'a conversation as JSON', terminal)
      const dialect = dialectOf(flags)
      const json = readJson(input)
      const chatKey = flags.chat ? undefined : chatKeyIn(json)
      if (chatKey !== undefined)
        throw new BadInput(
          `${input.name}: found ${chatKey}, which no Harmony conversation has: --chat renders a Chat Completions body, \`harmony prefill\` lines with settings`,
        )
      const encoding = loadHarmonyEncoding('HarmonyGptOss')
      let lost: DialectPrompt['lost'] | undefined
      const options = {
        dropAnalysis: flags.dropAnalysis === false ? 'none' : flags.dropAnalysis,
        headerOrder: flags.headerOrder,
      } as const
      const tokens = blaming(input.name, () => {
        if (dialect !== undefined) {
          const prompt = renderInDialect(encoding, json, dialect)
          lost = prompt.lost
          return prompt.tokens
        }
        if (flags.chat) return chatPrefill(json as ChatRequest, options.dropAnalysis, options.headerOrder)
        const conversation = parseConversation(json)
        if (flags.training) return encoding.renderConversationForTraining(conversation, options)
        if (flags.nextRole === 'none') return encoding.renderConversation(conversation, options)
        return encoding.renderConversationForCompletion(conversation, flags.nextRole, options)
      })
      const printed = {
        json: () =>
          JSON.stringify({ tokens, stop_token_ids: encoding.stopTokensForAssistantActions(), lost }),
        ids: () => tokens.join(' '),
        text: () => encoding.decode(tokens),
      }
      terminal.stdout.write(`${printed[flags.format]()}\n`)
    })

/** @throws WrongUsage */
function dialectOf({
  chat,
  dialect,
  date,
}: Flags): { readonly dialect: Dialect; readonly date: string } | undefined {
  if (dialect === undefined && date === undefined) return undefined
  if (chat === undefined || dialect === undefined || date === undefined)
    throw new WrongUsage('--dialect: wanted --chat and --date with it, since every stack prints the date')
  return { dialect, date }
}

function chatPrefill(
  request: ChatRequest,
  dropAnalysis: DropAnalysis = 'completed-turns',
  headerOrder: HeaderOrder,
): number[] {
  const isDroppedHere = dropAnalysis === 'completed-turns'
  const chat = fromChatRequest(request, { dropAnalysis: isDroppedHere ? dropAnalysis : 'none' })
  return renderChatRequest(loadHarmonyEncoding('HarmonyGptOss'), chat, {
    dropAnalysis: isDroppedHere ? 'none' : dropAnalysis,
    headerOrder,
  })
}
