/** The tiny model's table: which state a token leads to, and the logits of what may follow each state. */
export function bigrams(): {
  readonly stateOf: ReadonlyMap<number, number>
  readonly logits: readonly (readonly (readonly [id: number, logit: number])[])[]
  readonly unknownState: number
}
