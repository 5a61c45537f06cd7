import { createInterface, type Interface } from 'node:readline'
import { Writable, type Readable } from 'node:stream'
import type { Output, Terminal } from '../terminal.js'

/**
 * Reads lines from a terminal. The terminal stays in raw mode all the time, so that Ctrl-C and Ctrl-D are keys while a turn
 * runs, too. What is typed then shows with the next prompt.
 */
export class Keyboard {
  readonly #lines: Interface
  readonly #output: Output
  #isMuted = true
  #isPasting = false
  /** Lines of a paste, up to the line that is being typed. */
  #pasted: string[] = []
  /** Messages that were typed while a turn was running. */
  readonly #typedAhead: string[] = []
  #isAsking = false
  #onLine: ((line: string) => void) | undefined
  #isClosed = false
  readonly #closed: Promise<undefined>

  /** Called for each Ctrl-C. It has cleared what was typed, if `wasTyping`. */
  onInterrupt: ((wasTyping: boolean) => void) | undefined

  constructor({ stdin }: Terminal, output: Output) {
    this.#output = output
    const input = stdin as unknown as Readable
    this.#lines = createInterface({ input, output: this.#echo(), terminal: true })
    this.#lines.on('line', (line) => this.#take(line))
    this.#lines.on('SIGINT', () => {
      const wasTyping = this.#lines.line !== '' || this.#pasted.length > 0
      this.#clear()
      this.#typedAhead.length = 0
      this.onInterrupt?.(wasTyping)
    })
    // Answers are nothing to come back to.
    this.#lines.on('history', (history) => {
      if (this.#isAsking) history.shift()
    })
    // After Ctrl-Z and fg, readline leaves the input paused.
    this.#lines.on('SIGCONT', () => this.#lines.resume())
    this.#closed = new Promise((resolve) => {
      this.#lines.once('close', () => {
        this.#isClosed = true
        output.write(this.#isMuted ? PASTES_AS_TYPED : `\n${PASTES_AS_TYPED}`)
        resolve(undefined)
      })
    })
    input.on('keypress', (_text: string, key: { readonly name?: string }) => {
      if (key.name === 'paste-start') this.#isPasting = true
      if (key.name === 'paste-end') this.#isPasting = false
    })
    output.write(PASTES_IN_BRACKETS)
  }

  /** Resolves when Ctrl-D, or `close`, has ended reading. */
  get closed(): Promise<undefined> {
    return this.#closed
  }

  /** Reads a message, which a paste may give several lines; `undefined` when reading has ended. */
  async readMessage(prompt: string): Promise<string | undefined> {
    const typed = this.#isClosed ? undefined : this.#typedAhead.shift()
    if (typed === undefined) return this.#read(prompt)
    this.#output.write(`${prompt}${typed}\n`)
    return typed
  }

  /**
   * Reads an answer to a question. What was typed before the question is none. `undefined` when reading has ended, or the
   * signal aborts.
   */
  async ask(question: string, signal: AbortSignal): Promise<string | undefined> {
    if (signal.aborted) return undefined
    this.#clear()
    this.#isAsking = true
    let stop: (() => void) | undefined
    const aborted = new Promise<undefined>((resolve) => {
      stop = () => {
        this.#output.write('\n')
        resolve(undefined)
      }
      signal.addEventListener('abort', stop)
    })
    try {
      return await Promise.race([this.#read(question), aborted])
    } finally {
      signal.removeEventListener('abort', stop!)
      this.#isAsking = false
      this.#isMuted = true
      this.#onLine = undefined
    }
  }

  /** Writes a line while a message is being typed. */
  interject(text: string): void {
    this.#output.write(`\n${text}\n`)
    this.#lines.prompt(true)
  }

  close(): void {
    this.#lines.close()
  }

  async #read(prompt: string): Promise<string | undefined> {
    // A prompt would read on.
    if (this.#isClosed) return undefined
    this.#isMuted = false
    this.#lines.setPrompt(prompt)
    this.#lines.prompt(true)
    const line = new Promise<string>((resolve) => (this.#onLine = resolve))
    return Promise.race([line, this.#closed])
  }

  #take(line: string): void {
    if (this.#isPasting) {
      this.#pasted.push(line)
      this.#lines.setPrompt(CONTINUED)
      this.#lines.prompt(true)
      return
    }
    const message = [...this.#pasted, line].join('\n')
    this.#pasted = []
    const onLine = this.#onLine
    this.#onLine = undefined
    this.#isMuted = true
    if (onLine === undefined) this.#typedAhead.push(message)
    else onLine(message)
  }

  #clear(): void {
    this.#pasted = []
    this.#lines.write(null, { ctrl: true, name: 'e' })
    this.#lines.write(null, { ctrl: true, name: 'u' })
  }

  /** Where readline writes. Muted, it has no width, so that readline counts no rows that nobody sees. */
  #echo(): Writable {
    const echo = new Writable({
      decodeStrings: false,
      write: (text: string, _encoding, done) => {
        if (!this.#isMuted) this.#output.write(text)
        done()
      },
    })
    const columns = () => (this.#isMuted ? undefined : this.#output.columns)
    return Object.defineProperty(echo, 'columns', { get: columns })
  }
}

const CONTINUED = '… '
const PASTES_IN_BRACKETS = '\u001b[?2004h'
const PASTES_AS_TYPED = '\u001b[?2004l'
