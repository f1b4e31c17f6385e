/** A policy that cannot be what it says it is. The message is S3's, for MalformedPolicy. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError'
  /** Who is named and is nobody, as IAM tells it: `"AWS":"bob"`. */
  readonly principal: string | undefined

  constructor(message: string, options: ErrorOptions & { readonly principal?: string } = {}) {
    super(message, options)
    this.principal = options.principal
  }
}

/** What S3 has no better word for. */
export function syntaxError(): PolicyError {
  return new PolicyError('Invalid policy syntax.')
}
