import type { RenderedConversation } from '../render/index.js'

/**
 * Checks the first argument of a public function that needs to know where messages lie.
 *
 * @param caller the function's name, for the message
 * @throws TypeError for tokens alone, and for anything else without spans
 */
export function checkRendered(rendered: Partial<RenderedConversation> | undefined, caller: string): void {
  if (Array.isArray(rendered?.tokens) && Array.isArray(rendered.spans)) return
  throw new TypeError(`${caller}: found no tokens with spans, wanted what renderForTraining returns`)
}
