export {
  type CommittedTurn,
  createTranscript,
  Transcript,
  type TranscriptOptions,
  type TranscriptPrefill,
  type TranscriptTokens,
} from './transcript.js'
export type { Piece, TranscriptSpan } from './piece.js'
export type { CommitOptions } from './sampled-pieces.js'
export type { TranscriptJson } from './transcript-json.js'
