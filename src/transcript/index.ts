export {
  type CommittedTurn,
  createTranscript,
  type PrefillOptions,
  Transcript,
  type TranscriptOptions,
  type TranscriptPrefill,
  type TranscriptTokens,
} from './transcript.js'
export type { Piece, TokenizedMessage, TranscriptSpan } from './tokenized-message.js'
export type { CommitOptions } from './sampled-messages.js'
export { transcriptOfPieces } from './request-transcript.js'
export type { TranscriptJson } from './transcript-json.js'
