/** A policy that cannot be what it says it is. The message is S3's, for MalformedPolicy. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError'
}

/** What S3 has no better word for. */
export function syntaxError(): PolicyError {
  return new PolicyError('Invalid policy syntax.')
}
