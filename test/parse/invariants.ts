import type { ParserEvent, Role } from 'gpt-oss-harmony'
import { encoding, eventsOf } from './streams.js'

/**
 * What must hold of any token stream: every token is in a message or in a deviation, deltas joined are the content, and no text is lost. Gives the first
 * breach in words; by hand and not by `expect`, as the fuzz asks it a million times.
 */
export function breachOf(tokens: readonly number[], role: Role | null): string | undefined {
  const events = eventsOf([tokens], { role })
  return uncovered(events, tokens.length) ?? wrongDeltas(events) ?? lostText(events, tokens)
}

function uncovered(events: readonly ParserEvent[], length: number): string | undefined {
  const covered = new Uint8Array(length)
  for (const event of events) {
    if (event.type === 'message-end' || event.type === 'deviation')
      covered.fill(1, event.tokens.start, event.tokens.end)
  }
  const index = covered.indexOf(0)
  return index < 0 ? undefined : `token ${index} is in no message and no deviation`
}

function wrongDeltas(events: readonly ParserEvent[]): string | undefined {
  const joined: string[] = []
  for (const event of events) {
    if (event.type === 'message-start') joined[event.messageIndex] = ''
    if (event.type === 'content-delta') {
      if (event.delta === '') return `an empty delta in message ${event.messageIndex}`
      joined[event.messageIndex] += event.delta
    }
    if (event.type === 'message-end' && joined[event.messageIndex] !== event.message.content)
      return `deltas of message ${event.messageIndex} are not its content`
  }
  return undefined
}

function lostText(events: readonly ParserEvent[], tokens: readonly number[]): string | undefined {
  const kept = events.map((event) => {
    if (event.type === 'message-end') return Object.values(event.message).join('')
    return event.type === 'deviation' ? event.evidence : ''
  })
  const counts = countCharacters(kept.join(''))
  // `to=`, the colon before a name and white space are the header's grammar; U+FFFD depends on which bytes stand together.
  const text = encoding.decode(tokens).replaceAll(/<\|[a-z_0-9]+\|>|[\sto=:\uFFFD]/gu, '')
  for (const [character, count] of countCharacters(text)) {
    if ((counts.get(character) ?? 0) < count) return `${JSON.stringify(character)} is lost`
  }
  return undefined
}

function countCharacters(text: string): Map<string, number> {
  const counts = new Map<string, number>()
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1)
  return counts
}
