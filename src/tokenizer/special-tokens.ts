/**
 * The special tokens of `o200k_harmony`: the ids 199998 to 201088 that follow the ordinary vocabulary.
 *
 * Source: the official library's encoding `O200kHarmony`; docs/format.md of openai/harmony, "Special tokens".
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
