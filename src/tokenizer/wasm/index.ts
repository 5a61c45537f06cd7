// The encoder's entry: `wasm-encoder.ts` is the other side of it. Compiled by
// `scripts/compile-wasm.mjs` with AssemblyScript, a TypeScript whose numbers have sizes
// and whose memory is by address: `load<u32>(at)`, `store<u32>(at, value)`.

import { ENDS, TEXT, TOKENS } from './memory'
import { merge } from './merger'
import { keep, take } from './piece-cache'
import { scan, setSentinel } from './scanner'

export { loadClasses } from './character-classes'
export { PACKED as packedAt, reserve, TEXT as textAt } from './memory'
export { loadBytes, loadMerges } from './merges'
export { clear as clearCache } from './piece-cache'

/** Where the tokens of a text are. `reserve` moves them. */
export function tokensAt(): usize {
  return TOKENS
}

/** Encodes the text of `length` bytes at `textAt`; gives the number of its tokens. */
export function encode(length: usize): usize {
  const end = TEXT + length
  setSentinel(end)
  let out = TOKENS
  for (let start = TEXT; start < end;) {
    const ends = ENDS + ((scan(start, end) as usize) << 2)
    for (let place = ENDS; place < ends; place += 4) {
      const behind: usize = load<u32>(place)
      const size = behind - start
      let next = take(start, size, out)
      if (next === out) {
        next = merge(start, behind, out)
        keep(start, size, out, next)
      }
      out = next
      start = behind
    }
  }
  return (out - TOKENS) >> 2
}
