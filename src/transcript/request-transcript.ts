import type { HarmonyEncoding } from '../encoding.js'
import { checkEncoding } from '../parse/index.js'
import type { Piece } from './tokenized-message.js'
import { Transcript } from './transcript.js'

/**
 * Returns the transcript of a request's messages, those that were sampled with the tokens that were sampled.
 *
 * @param pieces what `piecesOfRequest` of `gpt-oss-harmony/responses` returns
 *
 * @example
 * ```ts
 * import { loadHarmonyEncoding } from 'gpt-oss-harmony'
 * import { fromResponsesRequest, piecesOfRequest } from 'gpt-oss-harmony/responses'
 * import { transcriptOfPieces } from 'gpt-oss-harmony/transcript'
 *
 * const encoding = loadHarmonyEncoding('HarmonyGptOss')
 * const pieces = piecesOfRequest(encoding, fromResponsesRequest({ input: 'Hi' }))
 * const { tokens } = transcriptOfPieces(encoding, pieces).prefill()
 * console.log(encoding.decode(tokens).endsWith('Hi<|end|><|start|>assistant')) // true
 * ```
 */
export function transcriptOfPieces(encoding: HarmonyEncoding, pieces: readonly Piece[]): Transcript {
  checkEncoding(encoding, 'transcriptOfPieces')
  return Transcript.fromJSON(encoding, {
    version: 1,
    dropAnalysis: 'none',
    headerOrder: 'recipient-first',
    pieces,
    sentCount: pieces.length,
    openRole: null,
    seen: { shared: 0, rest: [] },
  })
}
