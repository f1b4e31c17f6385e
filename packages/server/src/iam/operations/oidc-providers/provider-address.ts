import { HTTPS } from '../../../identities/oidc-provider-arn.ts'
import { QueryError } from '../../../model/query-error.ts'

/**
 * The issuer of a provider's tokens, as it is spelt, without `https://`. `mayHavePort`: AWS takes no port number; what the
 * operator vouches for may have one. Throws InvalidInput. Source: IAM API Reference, CreateOpenIDConnectProvider, Url.
 */
export function providerAddress(url: string, mayHavePort: boolean): string {
  const parsed = URL.parse(url)
  if (!url.startsWith(HTTPS) || !parsed) throw invalid(`must be valid and begin with ${HTTPS}`)
  const address = url.slice(HTTPS.length)
  if (parsed.username !== '' || parsed.password !== '' || !POSSIBLE.test(address)) {
    throw invalid('has a host and a path, and nothing else')
  }
  if (!mayHavePort && /^[^/]*:/.test(address)) throw invalid('must not have a port number')
  return address
}

/** A host and a path that trust policies can name. */
const POSSIBLE = /^[\w.-]+(?::\d+)?(?:\/[\w+=,.@:/-]*)?$/

function invalid(rule: string): QueryError {
  return new QueryError('InvalidInput', `Invalid Open ID Connect Provider URL: it ${rule}.`)
}
