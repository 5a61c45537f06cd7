import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Suite } from './observe.js'

export interface GenerateRequest {
  readonly seed: string
  readonly from: number
  readonly count: number
  readonly suite?: string
}

export interface Case {
  readonly suite: Suite
  readonly input: unknown
}

/** The official library in a Python process of its own, which answers in the order of the requests. */
export interface OfficialLibrary {
  generate(request: GenerateRequest): Promise<readonly (Case & { readonly expected: object })[]>
  /** `null` where the input is no case at all. */
  answer(request: Case): Promise<object | null>
  stop(): void
}

/** Runs scripts/official/serve.py by `python3`, or by the Python that `HARMONY_PYTHON` names. */
export function startOfficialLibrary(): OfficialLibrary {
  const child = spawn(process.env['HARMONY_PYTHON'] ?? 'python3', ['scripts/official/serve.py'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines: AsyncIterator<string> = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  let last: Promise<unknown> = Promise.resolve()

  function ask<Line>(request: object, lineCount: number): Promise<Line[]> {
    child.stdin.write(`${JSON.stringify(request)}\n`)
    const answer = last.then(async () => {
      const answers: Line[] = []
      while (answers.length < lineCount) {
        const line = await lines.next()
        if (line.done === true)
          throw new Error('the official library ended: scripts/official/README.md says what it needs')
        answers.push(JSON.parse(line.value) as Line)
      }
      return answers
    })
    last = answer.catch(() => undefined)
    return answer
  }

  child.stdin.on('error', () => undefined) // Its end is told by the missing answer.
  return {
    generate: (request) => ask({ generate: request }, request.count),
    answer: async (request) => (await ask<{ expected: object | null }>({ answer: request }, 1))[0].expected,
    stop: () => child.stdin.end(),
  }
}
