import { type Command, Option } from 'commander'
import { LINE_KINDS } from '../../batch/index.js'
import { OUTPUT_FORMATS } from './output-format.js'

/** The flags of commands that turn lines of requests or conversations into token ids. */
export function addLineFlags(command: Command): Command {
  return command
    .addOption(
      new Option('--from <kind>', 'what the lines are; by default each is looked at').choices(LINE_KINDS),
    )
    .addOption(
      new Option('--to <format>', "what to write; by default what the output's name ends in")
        .choices(OUTPUT_FORMATS)
        .conflicts('stdio'),
    )
}
