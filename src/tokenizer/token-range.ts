/** Some of a list of tokens: those from `start` up to, not including, `end`. */
export interface TokenRange {
  readonly start: number
  readonly end: number
}
