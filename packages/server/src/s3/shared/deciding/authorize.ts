import {
  type AccessRule,
  actionOf,
  type DirectoryRule,
  READS_DIRECTORY,
  s3Arn,
  type SessionMode,
} from '../../../access/access-rule.ts'
import { aclFromRow } from '../../../access/acl/acl-row.ts'
import type { Decision } from '../../../access/decision.ts'
import { decide, needsObject } from '../../../access/decide.ts'
import type {
  AccessPointEvidence,
  BucketEvidence,
  Evidence,
  ObjectEvidence,
} from '../../../access/evidence.ts'
import { type Caller, type CallersPolicies, NO_POLICIES, someOwnPolicy } from '../../../access/caller.ts'
import { type Soon, soon } from '../../../base/soon.ts'
import { accountOf } from '../../../access/principal.ts'
import { isExplicitDenial } from '../../../access/reason.ts'
import type { ObjectRow } from '../../../metadata/tables/rows.ts'
import { isDirectoryBucketName } from '../../../model/directory-bucket-name.ts'
import { S3Error } from '../../../model/s3-error.ts'
import { accessPointPolicy } from '../access-points/access-point-policy.ts'
import { accessPointOfArn, type NamedAccessPoint } from '../access-points/reach-bucket.ts'
import type { AccessTarget, ThroughAccessPoint } from '../service/access-target.ts'
import { readBucketPolicy } from '../bucket/bucket-policy.ts'
import { effectiveBlock } from '../bucket/effective-block.ts'
import { canonicalIdOfAccount } from '../grants/canonical-ids.ts'
import { gatherContext } from './gather-context.ts'
import type { AccessService } from '../service/service.ts'
import { findObject } from '../version-rows/find-version.ts'
import type { AskedHeaders } from './asked-headers.ts'
import { askedOfUpload, goesOnWithUpload } from './asked-of-upload.ts'
import type { Access, Asking } from './asking.ts'
import { directoryEvidence } from './directory-evidence.ts'

const LIST_BUCKET: AccessRule = {
  action: 's3:ListBucket',
  on: 'bucket',
  acl: { on: 'bucket', grant: 'READ' },
  directory: READS_DIRECTORY,
}

/** Gathers the evidence and decides. Changes nothing. */
export function decideAccess(asking: Asking, access: Access): Soon<Decision> {
  return soon(gather(asking, access), decisionOn)
}

/**
 * Throws AccessDenied unless access is allowed, and tells how that came about. Whoever may list the bucket is told
 * NoSuchKey instead where the object is not there. Source: S3 API Reference, GetObject, "Permissions".
 */
export function authorize(asking: Asking, access: Access): Soon<Decision> {
  return soon(gather(asking, access), (gathered) => {
    const decision = decisionOn(gathered)
    return decision.allowed ? decision : refuse(asking, access, decision, gathered.missing)
  })
}

async function refuse(
  asking: Asking,
  access: Access,
  decision: Decision,
  missing: S3Error | undefined,
): Promise<never> {
  // Only who reads is told: a refused write or deletion says nothing of what is there.
  const reads = access.rule.acl?.on === 'object'
  // Asked whether or not there is something, so that the time of the answer does not tell.
  const mayKnow = reads && !isByPolicy(decision) && (await decideToList(asking, access.target)).allowed
  if (missing && mayKnow) throw missing
  throw accessDenied(decision)
}

/** The reasons of a decision cost as much as the decision: they are asked for where they matter. */
function isByPolicy({ reasons }: Decision): boolean {
  const decided = reasons.at(-1)
  return decided !== undefined && isExplicitDenial(decided)
}

/** Of an access point. */
function looksAtPoint(through: ThroughAccessPoint | undefined): boolean {
  return through !== undefined && accessPointPolicy(through.arn, through.row)?.looksAtObject === true
}

/** Whether a policy has a say in what the caller may do with a bucket, or with its own account. */
export function isUnderPolicy({ caller }: Asking, target: AccessTarget | undefined): boolean {
  if (caller.policies !== NO_POLICIES || target?.bucket.documents?.policy !== undefined) return true
  return target?.bucket.through?.row.policy !== undefined
}

/** What a caller is told who may not know which keys there are; absent for who may. */
export function refuseToList(asking: Asking, target: AccessTarget | undefined): Soon<S3Error | undefined> {
  const decision = decideToList(asking, target)
  return soon(decision, (decision) => (decision.allowed ? undefined : accessDenied(decision)))
}

const NO_KEYS: Decision = { allowed: true, reasons: [] }

/** Whether a caller may know which keys there are. */
function decideToList(asking: Asking, target: AccessTarget | undefined): Soon<Decision> {
  if (!target) return NO_KEYS
  const { bucketName, bucket } = target
  return decideAccess(asking, { rule: LIST_BUCKET, target: { bucketName, bucket } })
}

/** The refusal, with the decision as its cause: the log tells how it came about. */
export function accessDenied(decision: Decision): S3Error {
  const { told } = decision
  return new S3Error('AccessDenied', {}, { ...(told !== undefined && { message: told }), cause: decision })
}

/** What the evidence comes to. */
export function decisionOn({ evidence, asReader }: Gathered): Decision {
  const decision = decide(evidence)
  return decision.allowed || !asReader ? decision : decide(asReader)
}

export interface Gathered {
  readonly evidence: Evidence
  /** Of reads of a directory bucket: the same with a session that may do no more, which is enough for them. */
  readonly asReader?: Evidence | undefined
  /** The object that was looked at. */
  readonly row: ObjectRow | undefined
  /** Why there is no object, where one was looked for. */
  readonly missing: S3Error | undefined
}

/** All that a decision rests on. */
export function gather(asking: Asking, access: Access): Soon<Gathered> {
  const { service, caller } = asking
  const { rule, target } = access
  if (isOnDirectory(asking, access)) return gatherOnDirectory(asking, access)
  if (!target) {
    const named = accessPointOfArn(service, asking.request?.resource)
    return soon(named, (accessPoint) => gathered(asking, access, undefined, NOTHING, { accessPoint }))
  }
  return soon(bucketEvidence(service, target), (bucket) => {
    const looks =
      rule.on === 'object' &&
      (bucket.policy !== undefined ||
        looksAtPoint(target.bucket.through) ||
        looksAtObject(caller.policies) ||
        needsObject({ caller, rule, bucket }))
    const looked = looks ? look(service, target) : NOTHING
    const asks = goesOnWithUpload(asking, access) && looksAtNewObject(caller, target, bucket)
    const asked = asks ? askedOfUpload(service, asking.request, target) : undefined
    return soon(looked, (found) =>
      soon(asked, (askedHeaders) => gathered(asking, access, bucket, found, { askedHeaders })),
    )
  })
}

/**
 * A general purpose bucket costs the look at its row, which is there. Whoever has a session of a directory bucket is refused all else
 * where sessions are asked, however the request came there.
 */
function isOnDirectory({ caller, request }: Asking, { rule, target }: Access): boolean {
  if (caller.traits.directorySession) return true
  if (target) return target.bucket.directory !== undefined
  return rule.action.startsWith('s3express:') || isDirectoryBucketName(request?.bucketName)
}

/** Nobody is given what directory buckets do not have, not even their owner. */
const NOT_THERE: DirectoryRule = { action: 's3express:', refusesSessions: true }

/** The objects in a directory bucket, their tags and owners, have no say: the bucket is all that access is about. */
function gatherOnDirectory(asking: Asking, access: Access): Soon<Gathered> {
  const { target } = access
  const rule = access.rule.directory ?? NOT_THERE
  const found = target && bucketEvidence(asking.service, target)
  return soon(found, (bucket) => {
    const evidenceOf = (mode: SessionMode | undefined): Evidence =>
      directoryEvidence(asking, access, rule, bucket, mode)
    const asReader = rule.mode === 'ReadOnly' ? evidenceOf('ReadOnly') : undefined
    const evidence = evidenceOf(rule.mode && 'ReadWrite')
    const denied = access.rule.directory ? {} : { bySession: false }
    return { evidence: { ...evidence, ...denied }, asReader, row: undefined, missing: undefined }
  })
}

/** A policy may ask for the object's tags. */
function looksAtObject(policies: CallersPolicies): boolean {
  return someOwnPolicy(policies, ({ policy }) => policy.looksAtObject)
}

/** A policy may ask for what the beginning of an upload said. */
function looksAtNewObject(
  { policies }: Caller,
  { bucket: row }: AccessTarget,
  bucket: BucketEvidence,
): boolean {
  if (bucket.policy?.looksAtNewObject) return true
  if (row.through && accessPointPolicy(row.through.arn, row.through.row)?.looksAtNewObject) return true
  return someOwnPolicy(policies, ({ policy }) => policy.looksAtNewObject)
}

/** What a request is about besides its bucket and its object. */
interface AskedBesides {
  readonly askedHeaders?: AskedHeaders | undefined
  readonly accessPoint?: NamedAccessPoint | undefined
}

function gathered(
  { service, caller, request }: Asking,
  { rule, target, keys }: Access,
  bucket: BucketEvidence | undefined,
  { row, missing }: Looked,
  { askedHeaders, accessPoint }: AskedBesides,
): Gathered {
  const action = actionOf(rule, target?.versionId !== undefined)
  const evidence = {
    caller,
    rule,
    action,
    resource: target
      ? s3Arn(target.bucketName, rule.on === 'object' ? target.key : undefined)
      : (request?.resource ?? s3Arn(request?.bucketName ?? '*')),
    accessPoint: target?.bucket.through && accessPointEvidence(target.bucket.through, rule, target.key),
    bucket,
    object: row && objectEvidence(service, row),
    context: gatherContext({
      caller,
      action,
      region: service.settings.region,
      now: request?.facts.receivedAt ?? service.clock.now(),
      request,
      askedHeaders,
      versionId: target?.versionId,
      resourceAccountId: target ? target.bucket.ownerAccountId : accountAsked(caller, rule),
      existingTags: row?.tags,
      bucketTags: target?.bucket.abac && target.bucket.tags,
      through: target?.bucket.through,
      accessPoint,
      more: keys,
    }),
  }
  return { evidence, row, missing }
}

/**
 * Whose account it is that a request is about which is about no bucket that is there. Source: IAM User Guide,
 * "aws:ResourceAccount": no action of S3 is among those that lack the key.
 */
function accountAsked({ principal }: Caller, { on }: AccessRule): string | undefined {
  return on === 'account' ? accountOf(principal)?.id : undefined
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

function bucketEvidence(service: AccessService, { bucketName, bucket }: AccessTarget): Soon<BucketEvidence> {
  const hasPolicy = bucket.documents?.policy !== undefined
  const policy = hasPolicy ? readBucketPolicy(service, bucketName, bucket) : undefined
  // Neither a policy nor an ACL: nothing there is to block.
  const isOpenable =
    hasPolicy || bucket.through !== undefined || bucket.objectOwnership !== 'BucketOwnerEnforced'
  const block = isOpenable ? effectiveBlock(service, bucket) : bucket.publicAccessBlock
  const both = soon(policy, (policy) => soon(block, (block) => ({ policy, block })))
  return soon(both, ({ policy, block }) => {
    const ownerCanonicalId = canonicalIdOfAccount(service.accounts, bucket.ownerAccountId)
    return {
      name: bucketName,
      ownerAccountId: bucket.ownerAccountId,
      ownerCanonicalId,
      objectOwnership: bucket.objectOwnership ?? 'ObjectWriter',
      acl: bucket.acl && aclFromRow(bucket.acl, ownerCanonicalId),
      policy,
      publicAccessBlock: block,
    }
  })
}

function accessPointEvidence(
  { accountId, arn, row }: ThroughAccessPoint,
  rule: AccessRule,
  key: string | undefined,
): AccessPointEvidence {
  const isObject = rule.on === 'object' && key !== undefined
  return {
    ownerAccountId: accountId,
    resource: isObject ? `${arn}/object/${key}` : arn,
    policy: accessPointPolicy(arn, row),
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
