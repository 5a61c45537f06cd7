import type { Command } from 'commander'
import type { Terminal } from './terminal.js'

/** Makes one command of `harmony`: its name, its options, and what it does with the terminal. */
export type CreateCommand = (terminal: Terminal) => Command
