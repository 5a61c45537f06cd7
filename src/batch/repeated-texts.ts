import { encode, encodeRuns, type Tokenizer } from '../tokenizer/index.js'

/**
 * A tokenizer that remembers the tokens of texts which come again and again: a batch's lines mostly have their system message, instructions and tools in
 * common. It holds at most 64 texts, and no more of one that comes once than a reference.
 */
export function rememberingTokenizer(tokenizer: Tokenizer): Tokenizer {
  const slots = Array.from({ length: SLOTS }, (): Slot => ({ text: '', tokens: undefined, misses: 0 }))
  const runs: Required<Tokenizer>['encodeRuns'] = (text, use) => {
    if (text.length < SHORTEST || text.length > LONGEST) return encodeRuns(tokenizer, text, use)
    // The length is all that it takes to tell most texts apart; a hash would have to be computed for each.
    const slot = slots[text.length % SLOTS]
    if (slot.text === text) {
      slot.misses = 0
      slot.tokens ??= Int32Array.from(encode(tokenizer, text, { disallowedSpecial: [] }))
      return use(slot.tokens, slot.tokens.length)
    }
    // What has come twice is not given up for the next best text of its length.
    if (slot.tokens === undefined || ++slot.misses > PATIENCE) {
      slot.text = text
      slot.tokens = undefined
      slot.misses = 0
    }
    encodeRuns(tokenizer, text, use)
  }
  return {
    name: tokenizer.name,
    tokenBytes: (token) => tokenizer.tokenBytes(token),
    tokenText: (token) => tokenizer.tokenText(token),
    encodeInto(text, into) {
      runs(text, (ids, count) => {
        for (let i = 0; i < count; i++) into.push(ids[i])
      })
    },
    encodeRuns: runs,
  }
}

interface Slot {
  text: string
  /** From the second time on. */
  tokens: Int32Array | undefined
  misses: number
}

const SLOTS = 64
/** Shorter texts are encoded sooner than compared; longer ones would take too much memory. */
const SHORTEST = 64
const LONGEST = 128 * 1024
const PATIENCE = 16
