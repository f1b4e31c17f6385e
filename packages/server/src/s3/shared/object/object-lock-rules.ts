import type { AccessRule } from '../../../access/access-rule.ts'
import type { Soon } from '../../../base/soon.ts'
import type { ObjectLockRow, RetentionRow } from '../../../metadata/tables/object-lock-rows.ts'
import type { BucketRow, ObjectRow } from '../../../metadata/tables/rows.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { ClaimedDigests } from '../../../model/upload-checksum.ts'
import type { AccessTarget } from '../service/access-target.ts'
import { bucketOf, type OperationContext } from '../service/operation.ts'
import { askedRetention, retentionFrom } from './asked-retention.ts'
import { periodEnd, retainedUntil } from './retained-until.ts'

/** The members by which a write locks the version it makes. */
export interface LockInput {
  readonly ObjectLockMode?: string | undefined
  readonly ObjectLockRetainUntilDate?: Date | undefined
  readonly ObjectLockLegalHoldStatus?: string | undefined
  readonly ObjectLockEventHold?: string | undefined
  readonly ObjectLockEventHoldDurationDays?: number | undefined
  readonly ObjectLockEventHoldDurationYears?: number | undefined
}

export const GET_OBJECT_RETENTION: AccessRule = { action: 's3:GetObjectRetention', on: 'object' }
export const GET_OBJECT_LEGAL_HOLD: AccessRule = { action: 's3:GetObjectLegalHold', on: 'object' }
export const PUT_OBJECT_RETENTION: AccessRule = { action: 's3:PutObjectRetention', on: 'object' }
export const PUT_OBJECT_LEGAL_HOLD: AccessRule = { action: 's3:PutObjectLegalHold', on: 'object' }
export const BYPASS_GOVERNANCE: AccessRule = { action: 's3:BypassGovernanceRetention', on: 'object' }

/** A bucket without object lock takes no lock at all. */
export function assertObjectLock(bucket: BucketRow): ObjectLockRow {
  if (bucket.objectLock) return bucket.objectLock
  throw new S3Error('InvalidRequest', {}, { message: 'Bucket is missing Object Lock Configuration' })
}

/**
 * The lock of a new version: what the request asks for, or else the bucket's default. Source: S3 User Guide, "Locking
 * objects with Object Lock".
 */
export function lockOfNewVersion(
  context: OperationContext,
  target: AccessTarget,
  input: LockInput,
): Soon<Pick<ObjectRow, 'retention' | 'legalHold'>> {
  return target.bucket.objectLock || asksForLock(input) ? chosenLock(context, target, input) : {}
}

function asksForLock(input: LockInput): boolean {
  return (
    input.ObjectLockMode !== undefined ||
    input.ObjectLockRetainUntilDate !== undefined ||
    input.ObjectLockLegalHoldStatus !== undefined ||
    input.ObjectLockEventHold !== undefined ||
    input.ObjectLockEventHoldDurationDays !== undefined ||
    input.ObjectLockEventHoldDurationYears !== undefined
  )
}

async function chosenLock(
  context: OperationContext,
  target: AccessTarget,
  input: LockInput,
): Promise<Pick<ObjectRow, 'retention' | 'legalHold'>> {
  const now = context.service.clock.now()
  const retention = retentionOf(input, now)
  const hold = input.ObjectLockLegalHoldStatus
  if (retention) await context.authorize(PUT_OBJECT_RETENTION, target)
  if (hold !== undefined) await context.authorize(PUT_OBJECT_LEGAL_HOLD, target)
  if (retention || hold !== undefined) assertObjectLock(target.bucket)
  const kept = retention ?? defaultRetention(target.bucket.objectLock, now)
  return { ...(kept && { retention: kept }), ...(hold !== undefined && { legalHold: hold === 'ON' }) }
}

function retentionOf(input: LockInput, now: Date): RetentionRow | undefined {
  const said = {
    mode: input.ObjectLockMode,
    until: input.ObjectLockRetainUntilDate,
    eventHold: input.ObjectLockEventHold,
    days: input.ObjectLockEventHoldDurationDays,
    years: input.ObjectLockEventHoldDurationYears,
  }
  const asked = askedRetention(said, now, unpairedHeaders)
  return asked && retentionFrom(asked, undefined, now)
}

function unpairedHeaders(): S3Error {
  const message = 'x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied'
  return new S3Error('InvalidArgument', {}, { message })
}

/**
 * Throws where an upload is to be locked and its bytes come without a digest. Source: S3 User Guide, "Object Lock
 * considerations": Content-MD5 or a checksum is required.
 */
export function assertDigestOfLocked(
  { retention, legalHold }: Pick<ObjectRow, 'retention' | 'legalHold'>,
  { md5, checksum }: ClaimedDigests,
  request: 'Put Object' | 'Put Part',
): void {
  if ((!retention && !legalHold) || md5 || checksum) return
  const message = `Content-MD5 OR x-amz-checksum- HTTP header is required for ${request} requests with Object Lock parameters`
  throw new S3Error('InvalidRequest', {}, { message })
}

/** How the bucket's default locks a version that is made now. */
export function defaultRetention(lock: ObjectLockRow | undefined, now: Date): RetentionRow | undefined {
  const chosen = lock?.defaultRetention
  if (!chosen) return undefined
  const { mode, eventHold } = chosen
  const isFixed = chosen.days !== undefined || chosen.years !== undefined
  return { mode, untilMilliseconds: isFixed ? periodEnd(chosen, now) : 0, ...(eventHold && { eventHold }) }
}

interface BypassInput {
  readonly Bucket: string
  readonly Key: string
  readonly VersionId?: string | undefined
  readonly BypassGovernanceRetention?: boolean | undefined
}

// Observed on S3, with these words.
function bypassOfNothing(): S3Error {
  const fields = { ArgumentName: 'x-amz-bypass-governance-retention', ArgumentValue: 'true' }
  const message = 'x-amz-bypass-governance-retention is only applicable to Object Lock enabled buckets.'
  return new S3Error('InvalidArgument', fields, { message })
}

/**
 * Whether a request asks to bypass governance retention, and may. Throws InvalidArgument where the bucket has no object
 * lock.
 */
export function bypassesGovernance(context: OperationContext, input: BypassInput): Soon<boolean> {
  return input.BypassGovernanceRetention === true && mayBypass(context, input)
}

async function mayBypass(context: OperationContext, input: BypassInput): Promise<boolean> {
  if (!bucketOf(context).objectLock) throw bypassOfNothing()
  const target = {
    bucketName: input.Bucket,
    bucket: bucketOf(context),
    key: input.Key,
    versionId: input.VersionId,
  }
  return (await context.decide(BYPASS_GOVERNANCE, target)).allowed
}

/** Whether a version is under retention or legal hold. */
export function isLocked(
  { retention, legalHold }: Pick<ObjectRow, 'retention' | 'legalHold'>,
  now: Date,
): boolean {
  return legalHold === true || (retention !== undefined && retainedUntil(retention, now) > now.getTime())
}

/**
 * Throws AccessDenied where a version is under retention or legal hold. `bypasses`: the caller may bypass governance and
 * said so. Nobody bypasses compliance or a legal hold.
 */
export function assertNotLocked(
  row: Pick<ObjectRow, 'retention' | 'legalHold'>,
  now: Date,
  bypasses: boolean,
): void {
  if (!isLocked(row, now)) return
  if (!row.legalHold && row.retention?.mode === 'GOVERNANCE' && bypasses) return
  throw new S3Error('AccessDenied', {}, { message: 'Access Denied because object protected by object lock.' })
}
