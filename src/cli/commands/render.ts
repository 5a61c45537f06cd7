import { Option } from 'commander'
import { loadHarmonyEncoding } from '../../encoding.js'
import { parseConversation } from '../../message/parse-conversation.js'
import { ROLES, type Role } from '../../message/types.js'
import type { HeaderOrder } from '../../render/message.js'
import { readInput, withName } from '../input.js'
import type { AddCommand } from '../run.js'

interface Flags {
  readonly nextRole: Role
  readonly training?: true
  readonly dropAnalysis: boolean
  readonly headerOrder: HeaderOrder
  readonly format: 'json' | 'ids' | 'text'
}

export const addRender: AddCommand = (program, terminal) => {
  program
    .command('render')
    .description('Render a conversation (JSON) to the token ids that an engine samples from, and its stop tokens.')
    .argument('[file]', 'the conversation; - or nothing for standard input')
    .addOption(new Option('--next-role <role>', 'whose message comes next').choices(ROLES).default('assistant'))
    .addOption(new Option('--training', 'render to train on: no next message, an answer at the end closes with <|return|>').conflicts('nextRole'))
    .option('--no-drop-analysis', 'keep the reasoning of finished turns')
    .addOption(
      new Option('--header-order <order>', 'where the recipient stands').choices(['recipient-first', 'channel-first']).default('recipient-first'),
    )
    .addOption(new Option('--format <format>', 'what to print').choices(['json', 'ids', 'text']).default('json'))
    .addHelpText('after', '\nExample:\n  $ harmony render conversation.json --format text')
    .action(async (file: string | undefined, flags: Flags) => {
      const input = await readInput(file, terminal)
      const encoding = loadHarmonyEncoding('HarmonyGptOss')
      const options = { autoDropAnalysis: flags.dropAnalysis, headerOrder: flags.headerOrder }
      const tokens = withName(input.name, () => {
        const conversation = parseConversation(input.text)
        return flags.training
          ? encoding.renderConversationForTraining(conversation, options)
          : encoding.renderConversationForCompletion(conversation, flags.nextRole, options)
      })
      const printed = {
        json: () => JSON.stringify({ tokens, stop_token_ids: encoding.stopTokensForAssistantActions() }),
        ids: () => tokens.join(' '),
        text: () => encoding.decode(tokens),
      }
      terminal.stdout.write(`${printed[flags.format]()}\n`)
    })
}
