import { quote } from '../errors.js'

/**
 * Checks what a public function makes an answer from.
 *
 * @param caller the function's name, for the message
 * @throws TypeError for what is neither a list of token ids nor what `parseTokens` returns, such as text
 */
export function checkAnswer(answer: unknown, caller: string): void {
  if (typeof answer === 'object' && answer !== null && (Symbol.iterator in answer || 'messages' in answer))
    return
  throw new TypeError(`${caller}: found ${quote(answer)}, wanted token ids or what parseTokens returns`)
}
