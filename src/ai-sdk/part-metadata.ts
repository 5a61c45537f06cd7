import type { SharedV3ProviderMetadata } from '@ai-sdk/provider'

/** What a part carries from one step to the next, under `harmony` in its provider metadata. */
export interface PartMetadata {
  /** The tokens that were sampled for the part. */
  readonly tokens: readonly number[]
  /** The tokens that the prompt opened the answer with, on its first part. */
  readonly opening?: readonly number[]
}

export function toProviderMetadata({ tokens, opening }: PartMetadata): SharedV3ProviderMetadata {
  return { harmony: { tokens: [...tokens], ...(opening && opening.length > 0 && { opening: [...opening] }) } }
}

/** Reads what {@link toProviderMetadata} wrote; `undefined` for anything else, as of another provider. */
export function readPartMetadata(metadata: unknown): PartMetadata | undefined {
  const { tokens, opening } = (metadata as { harmony?: Partial<PartMetadata> } | undefined)?.harmony ?? {}
  if (!isTokens(tokens) || (opening !== undefined && !isTokens(opening))) return undefined
  return { tokens, ...(opening && { opening }) }
}

function isTokens(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((token) => Number.isInteger(token) && token >= 0)
}
