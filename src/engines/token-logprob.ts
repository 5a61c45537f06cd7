import type { TokenLogprob } from './engine.js'

/**
 * Returns an engine's token, an id or `token_id:123`, with its log probability. JSON has no
 * infinity: an improbable token's may be null.
 */
export function tokenLogprob(token: unknown, logprob: unknown): TokenLogprob {
  return {
    token: Number(String(token).replace('token_id:', '')),
    logprob: typeof logprob === 'number' ? logprob : -9999,
  }
}
