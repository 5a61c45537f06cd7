import type { LineReader } from '../../batch/index.js'
import { Ended, EXIT, withoutLine } from '../failure.js'
import type { Output, Terminal } from '../terminal.js'
import { openInputs, readBatches } from './batches.js'
import { linesOfBatch } from './task.js'

/**
 * A line in, its line out, before the next one is read; a bad line's is `{"custom_id":…,"error":{…}}`. So that lines stay in step, a blank line counts
 * as a bad one.
 *
 * @throws Ended at the first bad line, where `isStrict`
 */
export async function runFilter<Record>(
  read: LineReader<Record>,
  toJson: (record: Record) => unknown,
  terminal: Terminal,
  isStrict: boolean,
): Promise<void> {
  // Each line is a batch of its own.
  for await (const batch of readBatches(await openInputs(['-']), {
    stdin: terminal.stdin,
    batchBytes: 1,
    isResumable: false,
    checksForm: false,
  })) {
    const lineNumber = batch.linesBefore + 1
    const [line = ''] = linesOfBatch(batch)
    const outcome = typeof line === 'string' ? read(line, lineNumber) : { lineNumber, error: line }
    if ('record' in outcome) {
      await write(terminal.stdout, toJson(outcome.record))
      continue
    }
    const { customId, error } = outcome
    if (isStrict)
      throw new Ended(`standard input: line ${lineNumber}: ${withoutLine(error.message)}`, EXIT.SOME_FAILED)
    const { code, path, message: reason } = error
    await write(terminal.stdout, {
      custom_id: customId ?? null,
      error: { line: lineNumber, code, path, reason },
    })
  }
}

/** Writes a line, and waits until the reader has room for more. */
async function write(stdout: Output, value: unknown): Promise<void> {
  if (stdout.write(`${JSON.stringify(value)}\n`) !== false) return
  await new Promise<void>((resolve) => stdout.once?.('drain', resolve))
}
