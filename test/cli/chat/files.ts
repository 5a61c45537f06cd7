import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ReplayCompletion } from '../../../src/engines/index.js'
import type { Message } from '../../../src/message/index.js'
import type { TranscriptJson } from '../../../src/transcript/index.js'

const folder = mkdtempSync(join(tmpdir(), 'harmony-chat-'))
let count = 0

export function newPath(): string {
  return join(folder, `${count++}.json`)
}

export function file(content: string): string {
  const path = newPath()
  writeFileSync(path, content)
  return path
}

/** The flags for an engine that answers with these completions. */
export function replaying(...completions: readonly (string | ReplayCompletion)[]): string[] {
  const lines = completions.map((completion) =>
    JSON.stringify(typeof completion === 'string' ? { text: completion } : completion),
  )
  return ['chat', '--engine', 'replay', '--completions', file(lines.join('\n'))]
}

export const GREETING =
  '<|channel|>analysis<|message|>A greeting.<|end|><|start|>assistant<|channel|>final<|message|>Hello!<|return|>'
export const CALL = '<|channel|>commentary to=calc.add <|constrain|>json<|message|>{"a": 1, "b": 2}<|call|>'

/** A configuration with the MCP server of the tests of tools: its tool `add` adds. */
export function configWithCalculator(): string {
  const server = fileURLToPath(new URL('../../tools/mcp-stdio-server.mjs', import.meta.url))
  const calculator = { name: 'calc', command: process.execPath, args: [server], env: { UNIT: 'apples' } }
  return file(JSON.stringify({ mcp_servers: [calculator] }))
}

export function transcriptIn(path: string): TranscriptJson {
  return JSON.parse(readFileSync(path, 'utf8')) as TranscriptJson
}

/** The messages of a transcript after the system's and the developer's. */
export function messagesIn(path: string): Message[] {
  return transcriptIn(path)
    .pieces.map(({ message }) => message)
    .filter(({ role }) => role !== 'system' && role !== 'developer')
}
