import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import type { ConformanceVector } from '../conformance/index.js'
import { quote } from '../errors.js'

/** What a program said to the vectors. */
export interface Answers {
  /** By the vector's id. */
  readonly answers: ReadonlyMap<string, unknown>
  /** Why there is no answer, by the vector's id. */
  readonly silences: ReadonlyMap<string, string>
  /** Lines that answer nothing. */
  readonly strayLines: readonly string[]
}

// A program that dies this often without a single answer is not started again.
const MOST_IDLE_STARTS = 3

/**
 * Gives vectors to a program, a JSON line each, and reads a JSON line for each from it, in any order. A program that dies or falls silent is
 * started again with the vectors after the first that it left unanswered: one bad vector does not cost the others.
 *
 * @param command as a shell would take it
 * @param timeout milliseconds between one answer and the next, and before the first
 */
export async function runVectors(
  command: string,
  vectors: readonly ConformanceVector[],
  timeout: number,
): Promise<Answers> {
  const answers = new Map<string, unknown>()
  const silences = new Map<string, string>()
  const strayLines: string[] = []
  let idleStarts = 0
  let waiting = vectors
  while (waiting.length > 0) {
    const before = answers.size
    const { reason, isDeath } = await runProgram(command, waiting, timeout, answers, strayLines)
    waiting = waiting.filter(({ id }) => !answers.has(id))
    idleStarts = answers.size === before ? idleStarts + 1 : 0
    const isOver = !isDeath || idleStarts === MOST_IDLE_STARTS
    for (const { id } of isOver ? waiting : waiting.slice(0, 1)) silences.set(id, `no answer: ${reason}`)
    waiting = isOver ? [] : waiting.slice(1)
  }
  return { answers, silences, strayLines }
}

interface Ending {
  readonly reason: string
  /** Whether it did not end of its own accord. */
  readonly isDeath: boolean
}

/** Runs the program once; its answers go into `answers`, its other lines into `strayLines`. */
async function runProgram(
  command: string,
  vectors: readonly ConformanceVector[],
  timeout: number,
  answers: Map<string, unknown>,
  strayLines: string[],
): Promise<Ending> {
  // In a process group of its own, so that what the shell has started can be ended with it.
  const child = spawn(command, { shell: true, detached: process.platform !== 'win32', stdio: 'pipe' })
  let isSilent = false
  const clock = setTimeout(() => {
    isSilent = true
    kill(child)
  }, timeout)

  const asked = new Set(vectors.map(({ id }) => id))
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line.trim() === '') return
    const answer = readAnswer(line)
    if (answer === undefined || !asked.delete(answer.id)) {
      strayLines.push(
        answer === undefined ? line : `the id ${quote(answer.id)} was answered before, or never asked for`,
      )
      return
    }
    answers.set(answer.id, answer)
    clock.refresh()
  })

  let complaint = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint = (complaint + text).slice(-2000)))

  // A program that ends before it has read everything breaks the pipe: its ending says so already.
  child.stdin.on('error', () => {})
  Readable.from(vectors.map(({ id, group, input }) => `${JSON.stringify({ id, group, input })}\n`)).pipe(
    child.stdin,
  )

  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) => {
    child.on('close', (code, signal) => resolve([code, signal]))
  })
  clearTimeout(clock)
  if (isSilent) return { reason: `the program was silent for ${timeout / 1000} s`, isDeath: true }
  const ending = signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`
  const lastWords = complaint.trim().split('\n').at(-1)!
  return { reason: `the program ${ending}${lastWords === '' ? '' : `: ${lastWords}`}`, isDeath: code !== 0 }
}

function readAnswer(line: string): { readonly id: string } | undefined {
  try {
    const value: unknown = JSON.parse(line)
    const isAnswer =
      typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string'
    return isAnswer ? (value as { readonly id: string }) : undefined
  } catch {
    return undefined
  }
}

function kill(child: ChildProcess): void {
  try {
    if (process.platform === 'win32') child.kill('SIGKILL')
    else process.kill(-child.pid!, 'SIGKILL')
  } catch {
    // It has just ended.
  }
}
