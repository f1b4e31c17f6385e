import { parsePolicy } from '../../../access/policy/parse-policy.ts'
import type { Policy } from '../../../access/policy/policy.ts'
import type { AccessPointRow } from '../../../metadata/tables/access-point-tables.ts'

/** There are none of a VPC here. */
export const NETWORK_ORIGIN = 'Internet'

/** By the row, which stays the same until it changes. */
const parsed = new WeakMap<AccessPointRow, Policy>()

/** The policy of an access point, ready to be evaluated: it was accepted once, and whom it names may have gone since. */
export function accessPointPolicy(arn: string, row: AccessPointRow): Policy | undefined {
  if (row.policy === undefined) return undefined
  const known = parsed.get(row)
  if (known) return known
  const policy = parsePolicy(row.policy, { kind: 'access-point', accessPoint: arn })
  parsed.set(row, policy)
  return policy
}
