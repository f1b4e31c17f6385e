import type { RequestHead } from '../base/request-head.ts'
import { readAuthorizationHeader } from './authorization-header.ts'
import type { SignedQuery } from './canonical-request.ts'
import type { Endpoint } from './credential-scope.ts'
import { isPresigned, readPresignedQuery } from './presigned-query.ts'
import type { SignatureClaim } from './signature-claim.ts'
import { SignatureFault } from './signature-fault.ts'

/** Reads the one claim of a request to be signed with Version 4; `undefined` where it makes none. Throws `SignatureFault` for every other thing. */
export function readSignatureClaim(
  head: RequestHead,
  query: SignedQuery,
  endpoint: Endpoint,
  now: Date,
): SignatureClaim | undefined {
  const authorization = head.headers['authorization'] ?? ''
  const presigned = isPresigned(query)
  if (authorization !== '') {
    if (presigned) throw twoMechanisms(authorization)
    return readAuthorizationHeader(head, authorization, endpoint, now)
  }
  return presigned ? readPresignedQuery(head, query, endpoint, now) : undefined
}

export function twoMechanisms(authorization: string): SignatureFault {
  return new SignatureFault(
    'InvalidArgument',
    'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified',
    { ArgumentName: 'Authorization', ArgumentValue: authorization },
  )
}
