/** What the JSON API under `/-/` refuses with. docs/console-api.md. */
const STATUS = {
  AccessDenied: 403,
  CodeRequired: 401,
  InvalidRequest: 400,
  MethodNotAllowed: 405,
  NotFound: 404,
  PasswordChangeRequired: 403,
  PasswordExpired: 403,
  PasswordPolicyViolation: 400,
  SignInRefused: 401,
  TooManyAttempts: 429,
} as const

export type AdministrationErrorCode = keyof typeof STATUS

interface Options {
  readonly headers?: Readonly<Record<string, string>>
  /** Further members of the answer. */
  readonly fields?: Readonly<Record<string, unknown>>
  /** For the audit log. */
  readonly cause?: unknown
}

export class AdministrationError extends Error {
  override readonly name = 'AdministrationError'
  readonly code: AdministrationErrorCode
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly fields: Readonly<Record<string, unknown>>

  constructor(
    code: AdministrationErrorCode,
    message: string,
    { headers = {}, fields = {}, cause }: Options = {},
  ) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.status = STATUS[code]
    this.headers = headers
    this.fields = fields
  }
}

export function invalidRequest(message: string): AdministrationError {
  return new AdministrationError('InvalidRequest', message)
}

export function methodNotAllowed(allowed: string): AdministrationError {
  return new AdministrationError('MethodNotAllowed', `Send a ${allowed}`, { headers: { Allow: allowed } })
}
