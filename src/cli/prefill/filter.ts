import type { LineReader } from '../../prefill/lines.js'
import { BadInput } from '../failure.js'
import type { Terminal } from '../terminal.js'
import { openInputs, readBatches } from './batches.js'
import { linesOfBatch } from './task.js'

/**
 * A line in, its line out, before the next one is read; a bad line's is `{"custom_id":…,"error":{…}}`. So that lines stay in step, a blank line counts
 * as a bad one.
 *
 * @throws BadInput at the first bad line, where `isStrict`
 */
export async function runFilter<Record>(
  read: LineReader<Record>,
  toJson: (record: Record) => unknown,
  terminal: Terminal,
  isStrict: boolean,
): Promise<void> {
  // Each line is a batch of its own.
  for await (const batch of readBatches(await openInputs(['-']), { stdin: terminal.stdin, batchBytes: 1 })) {
    const lineNumber = batch.linesBefore + 1
    const [line = ''] = linesOfBatch(batch)
    const outcome = typeof line === 'string' ? read(line, lineNumber) : { lineNumber, error: line }
    if ('record' in outcome) {
      terminal.stdout.write(`${JSON.stringify(toJson(outcome.record))}\n`)
      continue
    }
    const { customId, error } = outcome
    if (isStrict) throw new BadInput(`standard input: line ${lineNumber}: ${error.message}`)
    const { code, path, message: reason } = error
    terminal.stdout.write(`${JSON.stringify({ custom_id: customId ?? null, error: { line: lineNumber, code, path, reason } })}\n`)
  }
}
