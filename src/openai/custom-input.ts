import { customToolInput } from './custom-tool.js'

export interface InputReader {
  /** Returns the text that one more piece of the arguments adds to the input. */
  push(piece: string): string
  /** Returns the rest of the input, given the whole arguments. */
  end(content: string): string
}

/**
 * Reads a custom tool's input from its sampled arguments, `{"input": "…"}`, while they stream. Arguments of any other
 * shape are the input as they are, once they are whole.
 */
export function createInputReader(): InputReader {
  /** The arguments as far as they are not read. */
  let rest = ''
  let state: 'before' | 'inside' | 'after' = 'before'

  const readString = (): string => {
    const end = endOfString(rest)
    const text = rest.slice(0, end.index)
    rest = rest.slice(end.index)
    if (end.closed) state = 'after'
    return unescaped(text)
  }

  return {
    push(piece) {
      if (state === 'after') return ''
      rest += piece
      if (state === 'before') {
        const opening = OPENING.exec(rest)
        if (opening === null) return ''
        rest = rest.slice(opening[0].length)
        state = 'inside'
      }
      return readString()
    },
    end(content) {
      return state === 'before' ? customToolInput(content) : ''
    },
  }
}

const OPENING = /^\s*\{\s*"input"\s*:\s*"/

/** Where the part of a JSON string that can be unescaped ends, and whether the string does. */
function endOfString(text: string): { readonly index: number; readonly closed: boolean } {
  let index = 0
  while (index < text.length) {
    const character = text[index]
    if (character === '"') return { index, closed: true }
    const length = character === '\\' ? escapeLength(text, index) : 1
    if (index + length > text.length) break
    index += length
  }
  return { index, closed: false }
}

function escapeLength(text: string, index: number): number {
  if (text[index + 1] !== 'u') return 2
  // A surrogate pair stays together.
  const isHigh = /^d[89ab]/i.test(text.slice(index + 2, index + 6))
  const next = text.slice(index + 6, index + 8)
  return isHigh && '\\u'.startsWith(next) ? 12 : 6
}

/** Unescapes what stands between a JSON string's quotes; text that is none stays as it is. */
function unescaped(text: string): string {
  if (!/[\\\u0000-\u001f]/.test(text)) return text
  // A model may write line breaks as they are.
  const escaped = text.replace(/[\u0000-\u001f]/g, (control) => JSON.stringify(control).slice(1, -1))
  try {
    return JSON.parse(`"${escaped}"`) as string
  } catch {
    return text
  }
}
