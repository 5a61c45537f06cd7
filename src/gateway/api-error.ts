import { HarmonyError } from '../errors.js'
import { type ErrorDescription, errorResponse, type ErrorResponse, errorResponseOf } from '../openai/index.js'

/** An answer other than success that is no fault of a conversation: a wrong key, an unknown id, too many requests. */
export class ApiError extends Error {
  readonly response: ErrorResponse
  readonly headers: Readonly<Record<string, string>>

  constructor(description: ErrorDescription, headers: Readonly<Record<string, string>> = {}) {
    super(description.message)
    this.response = errorResponse(description)
    this.headers = headers
  }
}

export function notFound(message: string, param: string | null = null): ApiError {
  return new ApiError({ type: 'not_found_error', message, param, code: 'not_found' })
}

export function badRequest(message: string, param: string | null = null): ApiError {
  return new ApiError({ type: 'invalid_request_error', message, param, code: 'invalid_value' })
}

/** Returns the reason to stop an answer whose client left. The status, nginx's, is for the log and the metrics. */
export function clientGone(): ApiError {
  return new ApiError({
    type: 'invalid_request_error',
    status: 499,
    message: 'The client left before the answer was whole.',
    code: 'client_gone',
  })
}

/** Returns the status and body for anything thrown while a request was answered. */
export function describeError(error: unknown): ErrorResponse {
  if (error instanceof ApiError) return error.response
  if (error instanceof HarmonyError && error.code === 'unknown-reference') {
    const { message, path = null } = error
    return errorResponse({ type: 'not_found_error', message, param: path, code: 'not_found' })
  }
  // Tokens of a request are checked before: this one is the engine's.
  if (error instanceof HarmonyError && error.code === 'invalid-token')
    return errorResponse({
      type: 'server_error',
      status: 502,
      message: `engine: ${error.message}`,
      code: 'engine_failed',
    })
  return errorResponseOf(error)
}

/** Returns the response for anything thrown while a request was answered. */
export function errorReply(error: unknown): Response {
  const { status, body } = describeError(error)
  return Response.json(body, { status, headers: error instanceof ApiError ? error.headers : {} })
}
