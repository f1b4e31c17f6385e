import { QueryError } from '../../../model/query-error.ts'

/** Sources: IAM User Guide, "IAM and AWS STS quotas"; IAM API Reference, CreateOpenIDConnectProvider, on each list. */
export const MOST_PROVIDERS = 100
const MOST_CLIENT_IDS = 100
const MOST_THUMBPRINTS = 5

/** Each once, in their order. Throws LimitExceeded. */
export function checkedClientIds(clientIds: readonly string[]): readonly string[] {
  const different = [...new Set(clientIds)]
  if (different.length <= MOST_CLIENT_IDS) return different
  const message = `Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: ${MOST_CLIENT_IDS}`
  throw new QueryError('LimitExceeded', message)
}

/** Each once, in their order. Throws InvalidInput. */
export function checkedThumbprints(thumbprints: readonly string[]): readonly string[] {
  if (thumbprints.some((thumbprint) => !/^[\da-fA-F]{40}$/.test(thumbprint))) {
    throw new QueryError('InvalidInput', 'A thumbprint is 40 hexadecimal digits.')
  }
  const different = [...new Set(thumbprints)]
  if (different.length <= MOST_THUMBPRINTS) return different
  throw new QueryError('InvalidInput', `Thumbprint list must contain at most ${MOST_THUMBPRINTS} entries.`)
}
