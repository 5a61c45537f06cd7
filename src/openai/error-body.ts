import { HarmonyError, type HarmonyErrorCode } from '../errors.js'

/** The types of OpenAI's errors, and the status of each where no other is given. */
const ERROR_TYPES = {
  invalid_request_error: 400,
  authentication_error: 401,
  permission_error: 403,
  not_found_error: 404,
  rate_limit_error: 429,
  server_error: 500,
} as const

export type ApiErrorType = keyof typeof ERROR_TYPES

/** The body of a failed request, as OpenAI's SDK reads it. */
export interface ErrorBody {
  readonly error: {
    readonly message: string
    readonly type: ApiErrorType
    readonly param: string | null
    readonly code: string | null
  }
}

/** A failed request: the status and the body of its response. */
export interface ErrorResponse {
  readonly status: number
  readonly body: ErrorBody
}

export interface ErrorDescription {
  readonly message: string
  readonly type: ApiErrorType
  readonly param?: string | null | undefined
  readonly code?: string | null | undefined
  readonly status?: number | undefined
}

export function errorResponse({
  message,
  type,
  param = null,
  code = null,
  status,
}: ErrorDescription): ErrorResponse {
  return { status: status ?? ERROR_TYPES[type], body: { error: { message, type, param, code } } }
}

/**
 * Returns the response for anything thrown while a request was read or answered. What the client can mend is a
 * 400 with the path of the fault (404 for an id that is not kept); anything else is a 500 that reveals nothing of its cause.
 */
export function errorResponseOf(error: unknown): ErrorResponse {
  if (error instanceof HarmonyError && Object.hasOwn(CLIENT_CODES, error.code)) {
    return errorResponse({
      message: error.message,
      type: error.code === 'unknown-reference' ? 'not_found_error' : 'invalid_request_error',
      param: error.path === undefined || error.path === '' ? null : error.path,
      code: CLIENT_CODES[error.code as keyof typeof CLIENT_CODES],
    })
  }
  if (error instanceof HarmonyError && error.code === 'engine-failed') {
    return errorResponse({ message: error.message, type: 'server_error', code: 'engine_failed', status: 502 })
  }
  return errorResponse({ message: 'The server failed to answer the request.', type: 'server_error' })
}

/** The codes of faults in a request, and OpenAI's names for them. */
const CLIENT_CODES = {
  'engine-refused': 'engine_refused',
  'invalid-conversation': 'invalid_value',
  'invalid-json': 'invalid_json',
  'invalid-request': 'invalid_value',
  'misplaced-content': 'invalid_value',
  'missing-tool-name': 'missing_required_parameter',
  'token-budget-exceeded': 'context_length_exceeded',
  'unknown-field': 'unknown_parameter',
  'unknown-reference': 'not_found',
  'unknown-role': 'invalid_value',
  'unknown-tool-call': 'invalid_value',
  'unsupported-content': 'unsupported_value',
} as const satisfies Partial<Record<HarmonyErrorCode, string>>
