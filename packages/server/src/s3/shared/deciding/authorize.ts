import { type AccessRule, actionOf, s3Arn } from '../../../access/access-rule.ts'
import { aclFromRow } from '../../../access/acl/acl-row.ts'
import { type Decision, decide, needsObject } from '../../../access/decide.ts'
import type { BucketEvidence, Evidence, ObjectEvidence } from '../../../access/evidence.ts'
import type { Principal } from '../../../access/principal.ts'
import type { ObjectRow } from '../../../metadata/tables/rows.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { AccessTarget } from '../service/access-target.ts'
import { readBucketPolicy } from '../bucket/bucket-policy.ts'
import { canonicalIdOfAccount } from '../grants/canonical-ids.ts'
import type { ContextKeys } from '../../../access/request-context.ts'
import { type AskedRequest, gatherContext } from './gather-context.ts'
import type { AccessService } from '../service/service.ts'
import { findObject } from '../version-rows/find-version.ts'

/** Who asks, and how. The same for every decision about one request. */
export interface Asking {
  readonly service: AccessService
  readonly principal: Principal
  /** Absent where nobody asks but to know what would be. */
  readonly request?: AskedRequest | undefined
}

/** What is asked for. */
export interface Access {
  readonly rule: AccessRule
  /** Absent where the rule is about the caller's own account. */
  readonly target?: AccessTarget | undefined
  /** Condition keys that only the operation knows. */
  readonly keys?: ContextKeys | undefined
}

const LIST_BUCKET: AccessRule = {
  action: 's3:ListBucket',
  on: 'bucket',
  acl: { on: 'bucket', grant: 'READ' },
}

/** Gathers the evidence and decides. Changes nothing. */
export async function decideAccess(asking: Asking, access: Access): Promise<Decision> {
  return decide((await gather(asking, access)).evidence)
}

/**
 * Throws AccessDenied unless access is allowed, and tells how that came about. Whoever may list the bucket is told
 * NoSuchKey instead where the object is not there. Source: S3 API Reference, GetObject, "Permissions".
 */
export async function authorize(asking: Asking, access: Access): Promise<Decision> {
  const { evidence, missing } = await gather(asking, access)
  const decision = decide(evidence)
  if (decision.allowed) return decision
  // Only who reads is told: a refused write or deletion says nothing of what is there.
  const reads = access.rule.acl?.on === 'object'
  // Asked whether or not there is something, so that the time of the answer does not tell.
  const mayKnow = reads && !isByPolicy(decision) && (await mayList(asking, access.target))
  if (missing && mayKnow) throw missing
  throw accessDenied(decision)
}

/** The reasons of a decision cost as much as the decision: they are asked for where they matter. */
function isByPolicy({ reasons }: Decision): boolean {
  return reasons.at(-1)?.source.endsWith('policy') === true
}

/** Whether a caller may know which keys there are. */
export async function mayList(asking: Asking, target: AccessTarget | undefined): Promise<boolean> {
  if (!target) return true
  const { bucketName, bucket } = target
  return (await decideAccess(asking, { rule: LIST_BUCKET, target: { bucketName, bucket } })).allowed
}

/** The refusal, with the decision as its cause: the log tells how it came about. */
export function accessDenied(decision: Decision): S3Error {
  return new S3Error('AccessDenied', {}, { cause: decision })
}

export interface Gathered {
  readonly evidence: Evidence
  /** The object that was looked at. */
  readonly row: ObjectRow | undefined
  /** Why there is no object, where one was looked for. */
  readonly missing: S3Error | undefined
}

/** All that a decision rests on. */
export async function gather(asking: Asking, { rule, target, keys }: Access): Promise<Gathered> {
  const { service, principal } = asking
  const bucket = target && (await bucketEvidence(service, target))
  // A policy may ask for the object's tags.
  const looks =
    rule.on === 'object' && (bucket?.policy !== undefined || needsObject({ principal, rule, bucket }))
  const { row, missing } = looks && target ? await look(service, target) : NOTHING
  const action = actionOf(rule, target?.versionId !== undefined)
  const evidence = {
    principal,
    rule,
    action,
    resource: target ? s3Arn(target.bucketName, rule.on === 'object' ? target.key : undefined) : '*',
    bucket,
    object: row && objectEvidence(service, row),
    context: gatherContext({
      principal,
      action,
      region: service.settings.region,
      now: asking.request?.facts.receivedAt ?? service.clock.now(),
      request: asking.request,
      versionId: target?.versionId,
      resourceAccountId: target?.bucket.ownerAccountId,
      existingTags: row?.tags,
      more: keys,
    }),
    identityPolicies: [],
  }
  return { evidence, row, missing }
}

interface Looked {
  readonly row?: ObjectRow | undefined
  readonly missing?: S3Error | undefined
}

const NOTHING: Looked = {}

async function look({ stores }: AccessService, { bucket, key, versionId }: AccessTarget): Promise<Looked> {
  if (key === undefined) return NOTHING
  try {
    return { row: await findObject(stores, bucket, key, versionId) }
  } catch (error) {
    if (!(error instanceof S3Error)) throw error
    return { missing: error }
  }
}

async function bucketEvidence(
  service: AccessService,
  { bucketName, bucket }: AccessTarget,
): Promise<BucketEvidence> {
  const ownerCanonicalId = canonicalIdOfAccount(service.accounts, bucket.ownerAccountId)
  return {
    name: bucketName,
    ownerAccountId: bucket.ownerAccountId,
    ownerCanonicalId,
    objectOwnership: bucket.objectOwnership ?? 'ObjectWriter',
    acl: bucket.acl && aclFromRow(bucket.acl, ownerCanonicalId),
    policy:
      bucket.documents?.policy === undefined
        ? undefined
        : await readBucketPolicy(service, bucketName, bucket),
    publicAccessBlock: bucket.publicAccessBlock,
  }
}

function objectEvidence({ accounts }: AccessService, row: ObjectRow): ObjectEvidence {
  const ownerCanonicalId = canonicalIdOfAccount(accounts, row.ownerAccountId)
  return {
    ownerAccountId: row.ownerAccountId,
    ownerCanonicalId,
    acl: row.acl && aclFromRow(row.acl, ownerCanonicalId),
  }
}
