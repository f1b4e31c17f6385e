import { QueryError } from '../../../model/query-error.ts'
import type { RoleSession } from '../../../identities/session-token.ts'

/** Of policies and tags together, so that a token fits in a header with room to spare: S3 takes headers of 8 KB. */
const MOST_BYTES = 4096

/** How much of their room a session's policies, tags and claims take, in per cent; nothing for claims alone. Throws PackedPolicyTooLarge beyond it. */
export function packedSizePercent({
  policy = '',
  policyArns = [],
  tags = [],
  scopes = [],
  webIdentity,
}: Pick<RoleSession, 'policy' | 'policyArns' | 'tags' | 'scopes' | 'webIdentity'>): number | undefined {
  const sizeBytes = sizeOf([policy, ...policyArns, ...tags.flat(), ...scopes])
  const withClaimsBytes = sizeBytes + sizeOf(Object.values(webIdentity?.keys ?? {}).flat())
  const percent = Math.ceil((100 * withClaimsBytes) / MOST_BYTES)
  if (percent <= 100) return sizeBytes === 0 ? undefined : percent
  const message = `Packed size of session policies and tags consumes ${percent}% of the allotted space.`
  throw new QueryError('PackedPolicyTooLarge', message)
}

function sizeOf(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0)
}
