import { Command, Option } from 'commander'
import { type ChatRequest, fromChatRequest, renderChatRequest } from '../../chat/index.js'
import { loadHarmonyEncoding } from '../../encoding.js'
import { parseConversation, type Role, ROLES } from '../../message/index.js'
import { DROP_RULES, type DropAnalysis, HEADER_ORDERS, type HeaderOrder } from '../../render/index.js'
import { BadInput, blaming } from '../failure.js'
import { chatKeyIn } from '../../batch/index.js'
import { readDocument, readJson } from '../input.js'
import type { CreateCommand } from '../command.js'

interface Flags {
  readonly chat?: true
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
      const json = readJson(input)
      const chatKey = flags.chat ? undefined : chatKeyIn(json)
      if (chatKey !== undefined)
        throw new BadInput(
          `${input.name}: found ${chatKey}, which no Harmony conversation has: --chat renders a Chat Completions body, \`harmony prefill\` lines with settings`,
        )
      const encoding = loadHarmonyEncoding('HarmonyGptOss')
      const options = {
        dropAnalysis: flags.dropAnalysis === false ? 'none' : flags.dropAnalysis,
        headerOrder: flags.headerOrder,
      } as const
      const tokens = blaming(input.name, () => {
        if (flags.chat) return chatPrefill(json as ChatRequest, options.dropAnalysis, options.headerOrder)
        const conversation = parseConversation(json)
        if (flags.training) return encoding.renderConversationForTraining(conversation, options)
        if (flags.nextRole === 'none') return encoding.renderConversation(conversation, options)
        return encoding.renderConversationForCompletion(conversation, flags.nextRole, options)
      })
      const printed = {
        json: () => JSON.stringify({ tokens, stop_token_ids: encoding.stopTokensForAssistantActions() }),
        ids: () => tokens.join(' '),
        text: () => encoding.decode(tokens),
      }
      terminal.stdout.write(`${printed[flags.format]()}\n`)
    })

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
