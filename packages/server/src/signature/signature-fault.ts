/** The S3 error codes that a refused signature can end in. */
export type SignatureFaultCode =
  | 'AccessDenied'
  | 'AuthorizationHeaderMalformed'
  | 'AuthorizationQueryParametersError'
  | 'ExpiredToken'
  | 'InvalidAccessKeyId'
  | 'InvalidArgument'
  | 'InvalidRequest'
  | 'InvalidToken'
  | 'RequestTimeTooSkewed'
  | 'SignatureDoesNotMatch'

/** Why a request is not believed. `code`, `message` and `fields` are those of S3's error document. */
export class SignatureFault extends Error {
  override readonly name = 'SignatureFault'
  readonly code: SignatureFaultCode
  readonly fields: Readonly<Record<string, string>>

  constructor(code: SignatureFaultCode, message: string, fields: Readonly<Record<string, string>> = {}) {
    super(message)
    this.code = code
    this.fields = fields
  }
}

/** SigV4A, which is not offered here, and Version 2 where the operator has turned it off. */
export function unsupportedMechanism(): SignatureFault {
  return new SignatureFault(
    'InvalidRequest',
    'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.',
  )
}
