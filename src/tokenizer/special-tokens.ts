/**
 * The special tokens of `o200k_harmony`: the ids 199998 to 201088 that follow the
 * ordinary vocabulary.
 *
 * Source: the official library's encoding `O200kHarmony`; docs/format.md of
 * openai/harmony, "Special tokens".
 */
export const SPECIAL_TOKENS = {
  START_OF_TEXT: 199998,
  END_OF_TEXT: 199999,
  RETURN: 200002,
  CONSTRAIN: 200003,
  CHANNEL: 200005,
  START: 200006,
  END: 200007,
  MESSAGE: 200008,
  CALL: 200012,
} as const

/** The first id that is no ordinary token, and the last special one. */
export const FIRST_SPECIAL_TOKEN = 199998
export const LAST_SPECIAL_TOKEN = 201088

const NAMED: ReadonlyMap<number, string> = new Map([
  [SPECIAL_TOKENS.START_OF_TEXT, '<|startoftext|>'],
  [SPECIAL_TOKENS.END_OF_TEXT, '<|endoftext|>'],
  [SPECIAL_TOKENS.RETURN, '<|return|>'],
  [SPECIAL_TOKENS.CONSTRAIN, '<|constrain|>'],
  [SPECIAL_TOKENS.CHANNEL, '<|channel|>'],
  [SPECIAL_TOKENS.START, '<|start|>'],
  [SPECIAL_TOKENS.END, '<|end|>'],
  [SPECIAL_TOKENS.MESSAGE, '<|message|>'],
  [SPECIAL_TOKENS.CALL, '<|call|>'],
])

const IDS: ReadonlyMap<string, number> = new Map([...NAMED].map(([token, text]) => [text, token]))

/** Whether an id is a special token's: one of the named, or a reserved one. */
export function isSpecialToken(token: number): boolean {
  return Number.isInteger(token) && token >= FIRST_SPECIAL_TOKEN && token <= LAST_SPECIAL_TOKEN
}

/**
 * A special token's text: `<|start|>`, or `<|reserved_200013|>` for an id without a name
 * of its own.
 */
export function specialTokenText(token: number): string {
  return NAMED.get(token) ?? `<|reserved_${token}|>`
}

/** The id of a special token's text; `undefined` for any other text. */
export function specialTokenId(text: string): number | undefined {
  const named = IDS.get(text)
  if (named !== undefined) return named
  const token = Number(text.slice('<|reserved_'.length, -'|>'.length))
  return isSpecialToken(token) && !NAMED.has(token) && text === specialTokenText(token) ? token : undefined
}

/** The texts of all special tokens, in the order of their ids. */
export function specialTokenTexts(): readonly string[] {
  return (texts ??= Array.from({ length: LAST_SPECIAL_TOKEN - FIRST_SPECIAL_TOKEN + 1 }, (_, index) =>
    specialTokenText(FIRST_SPECIAL_TOKEN + index),
  ))
}

let texts: readonly string[] | undefined
