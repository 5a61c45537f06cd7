#!/usr/bin/env node
import process from 'node:process'
import { EXIT } from './failure.js'
import { run } from './run.js'

// A reader that closes the pipe early (`| head`) has what it wanted; a full disk is another matter.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.OK)
  process.stderr.write(`harmony: standard output: ${error.message}\n`)
  process.exit(EXIT.BAD_INPUT)
})
process.stderr.on('error', () => {})
// Unless a command listens itself, for it has something to put in order.
process.on('SIGINT', () => {
  if (process.listenerCount('SIGINT') === 1) process.exit(EXIT.INTERRUPTED)
})

// Not process.exit(): what is still to be written to a pipe would be lost.
process.exitCode = await run(process.argv.slice(2), process)
// But a read of standard input that goes on would keep an interrupted command waiting.
if (process.exitCode > 128) process.exit()
