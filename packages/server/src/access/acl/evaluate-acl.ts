import type { BucketEvidence, Evidence } from '../evidence.ts'
import { canonicalIdOf } from '../principal.ts'
import type { PrincipalMatch } from '../policy/principal-pattern.ts'
import type { Reason } from '../reason.ts'
import { type Acl, type Grant, gives, includes, isPublicGrant, privateAcl } from './acl.ts'

/**
 * Whether the ACL that the rule is about grants what it asks for, and to whom: a group includes a user `itself`, a
 * canonical id is that of the user's `account`.
 */
export function evaluateAcl(evidence: Evidence, trace?: Reason[]): PrincipalMatch {
  const { rule, bucket } = evidence
  if (!rule.acl || !bucket) return 'no'
  const obstacle = obstacleOf(evidence, bucket)
  if (obstacle !== undefined) {
    trace?.push({ source: 'object-ownership', effect: 'None', matched: true, detail: obstacle })
    return 'no'
  }
  const acl = aclOf(evidence, bucket)
  return acl ? strongestGrant(acl, evidence, trace) : 'no'
}

/** Why ACLs are not even looked at. */
function obstacleOf({ rule, action, caller, object }: Evidence, bucket: BucketEvidence): string | undefined {
  if (bucket.objectOwnership === 'BucketOwnerEnforced')
    return 'ACLs are disabled: the bucket owner owns everything'
  if (rule.acl?.grant !== 'WRITE' || rule.on !== 'object') return undefined
  const canonicalId = canonicalIdOf(caller.principal)
  if (canonicalId === bucket.ownerCanonicalId) return undefined
  if (action === rule.versionedAction) return 'WRITE on a bucket reaches versions for its owner only'
  if (object && object.ownerCanonicalId !== canonicalId) {
    return 'WRITE on a bucket does not reach objects of others'
  }
  return undefined
}

function aclOf({ rule, object }: Evidence, bucket: BucketEvidence): Acl | undefined {
  if (rule.acl?.on === 'bucket') return bucket.acl ?? privateAcl(bucket.ownerCanonicalId)
  return object && (object.acl ?? privateAcl(object.ownerCanonicalId))
}

function strongestGrant(acl: Acl, evidence: Evidence, trace?: Reason[]): PrincipalMatch {
  let strongest: PrincipalMatch = 'no'
  for (let index = 0; index < acl.grants.length; index++) {
    const grant = acl.grants[index]
    if (!grant) break
    const match = matchGrant(grant, evidence)
    if (trace) trace.push(reasonOf(grant, index, match, evidence))
    if (match === 'itself' || strongest === 'no') strongest = match
    if (match === 'itself' && !trace) break
  }
  return strongest
}

function matchGrant(grant: Grant, { rule, caller: { principal }, bucket }: Evidence): PrincipalMatch {
  if (!rule.acl || !gives(grant, rule.acl.grant) || !includes(grant.grantee, principal)) return 'no'
  if (bucket?.publicAccessBlock?.ignorePublicAcls && isPublicGrant(grant)) return 'no'
  const isRoot = principal.kind === 'account' || principal.kind === 'anonymous'
  return grant.grantee.kind === 'group' || isRoot ? 'itself' : 'account'
}

function reasonOf(grant: Grant, index: number, match: PrincipalMatch, evidence: Evidence): Reason {
  const { grantee, permission } = grant
  const whom = grantee.kind === 'group' ? grantee.group : grantee.id
  return {
    source: 'acl-grant',
    effect: 'Allow',
    matched: match !== 'no',
    grant: { on: evidence.rule.acl?.on ?? 'bucket', number: index + 1 },
    detail: `${permission} to ${whom}${match === 'no' ? mismatchOf(grant, evidence) : ''}`,
  }
}

function mismatchOf(grant: Grant, { rule, caller: { principal } }: Evidence): string {
  if (!includes(grant.grantee, principal)) return ', who is not the caller'
  if (rule.acl && !gives(grant, rule.acl.grant)) return `, where ${rule.acl.grant} is needed`
  return ', which the public access block makes ineffective'
}
