import type { IamErrorName } from './iam-types.gen.ts'
import { iamModel, stsModel } from './query-apis.ts'
import type { StsErrorName } from './sts-types.gen.ts'

/** What every API of the Query protocol answers with. Source: IAM API Reference, "Common Errors". */
const COMMON = {
  AccessDenied: 403,
  ExpiredToken: 403,
  IncompleteSignature: 400,
  InternalFailure: 500,
  InvalidAction: 400,
  InvalidClientTokenId: 403,
  InvalidParameterValue: 400,
  MalformedInput: 400,
  MalformedQueryString: 404,
  MissingAction: 400,
  MissingAuthenticationToken: 403,
  NotImplemented: 501,
  RequestEntityTooLarge: 413,
  ServiceUnavailable: 503,
  SignatureDoesNotMatch: 403,
  Throttling: 400,
  ValidationError: 400,
} as const

export type QueryErrorCode = keyof typeof COMMON | IamErrorName | StsErrorName

const STATUS: Readonly<Record<string, number>> = { ...stsModel.errors, ...iamModel.errors, ...COMMON }

/** A refusal as IAM and STS word it. */
export class QueryError extends Error {
  override readonly name = 'QueryError'
  readonly code: QueryErrorCode
  readonly status: number

  constructor(code: QueryErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
    this.status = STATUS[code] ?? 400
  }
}

export function invalidToken(options?: { cause?: unknown }): QueryError {
  return new QueryError(
    'InvalidClientTokenId',
    'The security token included in the request is invalid.',
    options,
  )
}

/** What is not built, or has no meaning here: nothing is stored and then ignored. */
export function notImplemented(what: string): QueryError {
  return new QueryError('NotImplemented', `${what} is not implemented.`)
}
