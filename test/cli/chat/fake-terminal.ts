import { PassThrough } from 'node:stream'
import { run } from '../../../src/cli/run.js'

/** A terminal of 80 columns, with a user who types. */
export class FakeTerminal {
  /** Each write. */
  readonly writes: string[] = []
  readonly stdin = Object.assign(new PassThrough(), { isTTY: true })
  /** Where the user has read up to. */
  #readUpTo = 0
  readonly #waiting = new Set<() => void>()

  /** Runs the command until it is left. */
  harmony(argv: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<number> {
    const output = {
      isTTY: true,
      columns: 80,
      write: (data: string | Uint8Array) => {
        this.writes.push(String(data))
        for (const check of this.#waiting) check()
      },
    }
    return run(argv, { stdin: this.stdin, stdout: output, stderr: output, env: { NO_COLOR: '1', ...env } })
  }

  /** What was written, without what moves the cursor. */
  get text(): string {
    return this.writes.join('').replace(/\u001b\[[\d;?]*[A-Za-z]/g, '')
  }

  type(text: string): void {
    this.stdin.write(text)
  }

  /** Waits until the text is written after what was waited for before. */
  async sees(text: string): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`${JSON.stringify(text)} is not seen:\n${this.text.slice(this.#readUpTo)}`)),
        5000,
      )
      const check = () => {
        const index = this.text.indexOf(text, this.#readUpTo)
        if (index === -1) return
        this.#readUpTo = index + text.length
        clearTimeout(timer)
        this.#waiting.delete(check)
        resolve()
      }
      this.#waiting.add(check)
      check()
    })
  }
}

export const CTRL_C = '\u0003'
export const CTRL_D = '\u0004'
