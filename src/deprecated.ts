// The root's names of what has a subpath of its own now. They stay until 1.0. Declared anew, because a bundled
// declaration file keeps comments of declarations only, not those of `export … from`.

import * as transcript from './transcript/index.js'
import * as tokens from './tokens/index.js'
import * as training from './training/index.js'

/** @deprecated Import it from `gpt-oss-harmony/transcript`. */
export const createTranscript = transcript.createTranscript
/** @deprecated Import it from `gpt-oss-harmony/transcript`. */
export const Transcript = transcript.Transcript
/** @deprecated Import it from `gpt-oss-harmony/transcript`. */
export type Transcript = transcript.Transcript
/** @deprecated Import it from `gpt-oss-harmony/transcript`. */
export type CommittedTurn = transcript.CommittedTurn
/** @deprecated Import it from `gpt-oss-harmony/transcript`. */
export type TranscriptOptions = transcript.TranscriptOptions
/** @deprecated Import it from `gpt-oss-harmony/transcript`. */
export type TranscriptPrefill = transcript.TranscriptPrefill
/** @deprecated Import it from `gpt-oss-harmony/transcript`. */
export type TranscriptTokens = transcript.TranscriptTokens
/** @deprecated Import it from `gpt-oss-harmony/transcript`. */
export type Piece = transcript.Piece
/** @deprecated Import it from `gpt-oss-harmony/transcript`. */
export type TokenizedMessage = transcript.TokenizedMessage
/** @deprecated Import it from `gpt-oss-harmony/transcript`. */
export type TranscriptSpan = transcript.TranscriptSpan
/** @deprecated Import it from `gpt-oss-harmony/transcript`. */
export type CommitOptions = transcript.CommitOptions
/** @deprecated Import it from `gpt-oss-harmony/transcript`. */
export type TranscriptJson = transcript.TranscriptJson

/** @deprecated Import it from `gpt-oss-harmony/tokens`. */
export const assertFitsContext = tokens.assertFitsContext
/** @deprecated Import it from `gpt-oss-harmony/tokens`. */
export const CONTEXT_LIMIT = tokens.CONTEXT_LIMIT
/** @deprecated Import it from `gpt-oss-harmony/tokens`. */
export const fitsContext = tokens.fitsContext
/** @deprecated Import it from `gpt-oss-harmony/tokens`. */
export const TokenBudgetError = tokens.TokenBudgetError
/** @deprecated Import it from `gpt-oss-harmony/tokens`. */
export type TokenBudgetError = tokens.TokenBudgetError
/** @deprecated Import it from `gpt-oss-harmony/tokens`. */
export const countTokens = tokens.countTokens
/** @deprecated Import it from `gpt-oss-harmony/tokens`. */
export const TOKEN_PARTS = tokens.TOKEN_PARTS
/** @deprecated Import it from `gpt-oss-harmony/tokens`. */
export const dropOldestTurns = tokens.dropOldestTurns
/** @deprecated Import it from `gpt-oss-harmony/tokens`. */
export type ContextBudget = tokens.ContextBudget
/** @deprecated Import it from `gpt-oss-harmony/tokens`. */
export type CountOptions = tokens.CountOptions
/** @deprecated Import it from `gpt-oss-harmony/tokens`. */
export type TokenCount = tokens.TokenCount
/** @deprecated Import it from `gpt-oss-harmony/tokens`. */
export type TokenPart = tokens.TokenPart
/** @deprecated Import it from `gpt-oss-harmony/tokens`. */
export type ShortenedConversation = tokens.ShortenedConversation

/** @deprecated Import it from `gpt-oss-harmony/training`. */
export const lossMask = training.lossMask
/** @deprecated Import it from `gpt-oss-harmony/training`. */
export const renderForTraining = training.renderForTraining
/** @deprecated Import it from `gpt-oss-harmony/training`. */
export const withFinalTerminators = training.withFinalTerminators
/** @deprecated Import it from `gpt-oss-harmony/training`. */
export type LossMask = training.LossMask
/** @deprecated Import it from `gpt-oss-harmony/training`. */
export type LossPolicy = training.LossPolicy
/** @deprecated Import it from `gpt-oss-harmony/training`. */
export type FinalTerminator = training.FinalTerminator
/** @deprecated Import it from `gpt-oss-harmony/training`. */
export type FinalTerminatorChoice = training.FinalTerminatorChoice
/** @deprecated Import it from `gpt-oss-harmony/training`. */
export type TrainingOptions = training.TrainingOptions
