import type { TurnRunEvent } from '../../generate/index.js'
import type { ToolOutput } from '../../tools/index.js'
import type { MessageKind, ToolCall } from '../../turn/index.js'
import { plural } from '../batch/progress.js'
import { type Colors, colorsFor, type Output, type Terminal, visible } from '../terminal.js'
import { wrap } from '../wrap.js'

export interface ScreenOptions {
  /** How much of the reasoning is shown. */
  readonly reasoning: 'all' | 'line' | 'none'
}

const MOST_RESULT_LINES = 6

/**
 * Shows turns: answers on standard output, everything else too if that is a terminal, and on standard error if it is not.
 * Answers in a pipe are bare text; on a terminal they have their channel's colour, and control characters are escaped.
 */
export class Screen {
  readonly #out: Output
  readonly #side: Output
  readonly #colors: Colors
  readonly #canErase: boolean
  readonly #show: ScreenOptions['reasoning']
  /** The messages of the last turn's reasoning, and the length of the open one in tokens. */
  #reasoning: string[] = []
  #reasoningLength = 0
  #open: MessageKind | undefined
  /** Where the open message has written something after the last line break. */
  #unended: Output | undefined

  constructor(terminal: Terminal, { reasoning }: ScreenOptions) {
    this.#out = terminal.stdout
    this.#side = sideOf(terminal)
    this.#colors = colorsFor({ ...terminal, stdout: this.#side })
    this.#canErase = this.#side.isTTY === true && terminal.env['TERM'] !== 'dumb'
    this.#show = reasoning
  }

  get colors(): Colors {
    return this.#colors
  }

  startTurn(): void {
    this.#reasoning = []
  }

  show(event: TurnRunEvent): void {
    switch (event.type) {
      case 'message-start':
        this.#open = event.kind
        if (event.kind === 'reasoning') this.#reasoning.push('')
        this.#reasoningLength = 0
        break
      case 'content-delta':
        this.#showDelta(event.kind, event.delta, event.tokens.end - event.tokens.start)
        break
      case 'message-end':
        this.endMessage()
        break
      case 'tool-start':
        // Calls to tools that there are have been shown before they were allowed.
        if (event.tool === undefined) this.showCall(event.call)
        break
      case 'tool-end':
        this.#showResult(event.output)
        break
      case 'generation-start':
      case 'tokens-delta':
      case 'deviation':
      case 'generation-end':
      case 'run-end':
        break
    }
  }

  /** Ends the line of a message that is over, or was left. */
  endMessage(): void {
    if (this.#open === 'reasoning' && this.#show === 'line') this.#foldReasoning()
    this.#unended?.write('\n')
    this.#open = undefined
    this.#unended = undefined
  }

  showCall({ name, arguments: text }: ToolCall): void {
    // Indented, so that no argument looks like a line of ours.
    const shown = visibleLines(text).replaceAll('\n', '\n  ')
    this.#side.write(`${this.#colors.yellow(`→ ${visible(name)} ${shown}`)}\n`)
  }

  /** Shows the last turn's reasoning. */
  unfoldReasoning(): void {
    this.notice(this.#reasoning.length === 0 ? 'no reasoning' : this.#reasoning.join('\n').trimEnd())
  }

  /** Sets the next prompt apart. */
  writeBlankLine(): void {
    this.#side.write('\n')
  }

  notice(text: string): void {
    this.#side.write(`${this.#colors.dim(visibleLines(text))}\n`)
  }

  showFailure(message: string): void {
    this.#side.write(`${this.#colors.red(visible(message))}\n`)
  }

  #showDelta(kind: MessageKind, delta: string, tokenCount: number): void {
    const { dim, yellow, green } = this.#colors
    switch (kind) {
      case 'reasoning':
        this.#reasoning[this.#reasoning.length - 1] += delta
        this.#reasoningLength += tokenCount
        if (this.#show === 'all') this.#write(this.#side, delta, dim)
        else if (this.#show === 'line' && this.#canErase)
          this.#side.write(`${ERASE_LINE}${dim(`thinking (${plural(this.#reasoningLength, 'token')})`)}`)
        break
      case 'preamble':
        this.#write(this.#side, delta, yellow)
        break
      case 'tool-call':
        break
      case 'final':
      case 'other':
        this.#write(this.#out, delta, green)
        break
    }
  }

  #write(output: Output, delta: string, paint: (text: string) => string): void {
    if (delta === '') return
    output.write(output === this.#side ? paint(visibleLines(delta)) : delta)
    this.#unended = delta.endsWith('\n') ? undefined : output
  }

  #foldReasoning(): void {
    const { dim } = this.#colors
    const text = this.#reasoning.at(-1)!.trim().replace(/\s+/g, ' ')
    const line = `thought (${plural(this.#reasoningLength, 'token')}): ${text}`
    this.#side.write(`${this.#canErase ? ERASE_LINE : ''}${dim(this.#fitted(line))}\n`)
  }

  #showResult({ text, isError }: ToolOutput): void {
    const { dim, red } = this.#colors
    const lines = text.split('\n')
    const more = lines.length - MOST_RESULT_LINES
    const shown = lines.slice(0, MOST_RESULT_LINES).map((line, i) => `${i === 0 ? '←' : ' '} ${line}`)
    if (more > 0) shown.push(`  … ${more} more lines`)
    for (const line of shown) this.#side.write(`${(isError ? red : dim)(this.#fitted(line))}\n`)
  }

  /** The text, cut at the terminal's width. */
  #fitted(text: string): string {
    const line = visible(text)
    const room = (this.#side.columns ?? 80) - 1
    return wrap(line, room).length === 1 ? line : `${wrap(line, room - 1)[0].trimEnd()}…`
  }
}

const ERASE_LINE = '\r\u001b[K'

/** Where everything goes but the answers. */
export function sideOf({ stdout, stderr }: Terminal): Output {
  return stdout.isTTY === true ? stdout : stderr
}

/** {@link visible}, with line breaks as they are. */
function visibleLines(text: string): string {
  return text.split(/\r?\n/).map(visible).join('\n')
}
