import { QueryError } from '../../../model/query-error.ts'
import type { RoleSession } from '../../../identities/session-token.ts'

/** Of policies and tags together, so that a token fits in a header with room to spare: S3 takes headers of 8 KB. */
const MOST_BYTES = 4096

/** How much of their room a session's policy and tags take, in per cent. Throws PackedPolicyTooLarge beyond it. */
export function packedSizePercent({
  policy = '',
  policyArns = [],
  tags = [],
}: Pick<RoleSession, 'policy' | 'policyArns' | 'tags'>): number | undefined {
  const texts = [policy, ...policyArns, ...tags.flat()]
  const sizeBytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0)
  const percent = Math.ceil((100 * sizeBytes) / MOST_BYTES)
  if (percent <= 100) return sizeBytes === 0 ? undefined : percent
  const message = `Packed size of session policies and tags consumes ${percent}% of the allotted space.`
  throw new QueryError('PackedPolicyTooLarge', message)
}
