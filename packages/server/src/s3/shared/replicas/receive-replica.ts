import type { AccessRule } from '../../../access/access-rule.ts'
import { aclFromRow } from '../../../access/acl/acl-row.ts'
import { collectBytes } from '../../../base/collect-bytes.ts'
import type { RequestHead } from '../../../base/request-head.ts'
import type { BucketRow, ObjectRow, ObjectTraits, VersionIdentity } from '../../../metadata/tables/rows.ts'
import { type Transaction, transact } from '../../../metadata/transaction.ts'
import { bodyOf } from '../../../model/body.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { OperationInputs, OperationOutputs } from '../../../model/types.gen.ts'
import { DEFAULT_CHECKSUM_ALGORITHM, readClaimedDigests } from '../../../model/upload-checksum.ts'
import { bucketForWrite } from '../bucket/bucket-row.ts'
import { assertAclNotBlocked } from '../bucket/effective-block.ts'
import { storeContent } from '../content/store-content.ts'
import { canonicalIdOfAccount } from '../grants/canonical-ids.ts'
import { ownerWithoutAcl } from '../new-object/new-object-owner.ts'
import { newObjectRow } from '../new-object/new-object-row.ts'
import { keepOrDiscard } from '../new-object/write-object.ts'
import { checksumMembers, describe, quoted } from '../object/describe.ts'
import { assertObjectLock, defaultRetention } from '../object/object-lock-rules.ts'
import { refuseObjectOverQuota } from '../quotas/refuse-over-quota.ts'
import {
  MOST_STATEMENT_BYTES,
  readReplicaStatement,
  readStatementBody,
  REPLICA_HEADER,
  type ReplicaStatement,
} from '../replicating/replica-statement.ts'
import { timesSaid } from '../replicating/trait-changes.ts'
import { readVersionAt, versionAt } from '../replicating/version-row.ts'
import { chooseEncryption } from '../sealing/choose-encryption.ts'
import { encryptionMembers } from '../sealing/encryption-members.ts'
import { bucketOf, type OperationContext } from '../service/operation.ts'
import { assertIdFree } from './assert-id-free.ts'
import { assertMayChangeOriginal } from './original-change.ts'
import {
  type Also,
  goesToBucketOwner,
  IS_REPLICA,
  placeReplica,
  putReplicaRow,
  renewReplica,
  type ReplicaTarget,
} from './place-replica.ts'

/** What an upload asks for that says which version of another Holdfast it brings, in the place of its own permission. */
export const REPLICATE_OBJECT: AccessRule = { action: 's3:ReplicateObject', on: 'object' }
/** The same of a delete marker. */
export const REPLICATE_DELETE: AccessRule = { action: 's3:ReplicateDelete', on: 'object' }
const REPLICATE_TAGS: AccessRule = { action: 's3:ReplicateTags', on: 'object' }
const OVERRIDE_OWNER: AccessRule = { action: 's3:ObjectOwnerOverrideToBucketOwner', on: 'object' }

/** What a request says of the version that it brings; `undefined` where it is a request like any other. */
export function replicaOf({ headers }: RequestHead): ReplicaStatement | undefined {
  const header = headers[REPLICA_HEADER]
  return header === undefined ? undefined : readReplicaStatement(header)
}

type PutObjectInput = OperationInputs['PutObject']

/**
 * PutObject of a version that a Holdfast elsewhere has: it gets its id, its place among the versions of its key and its time, and is
 * marked as a replica. What is there already is brought up to date in what may change. Throws NoSuchVersion for a change of
 * what is not there.
 */
export async function receiveObject(
  input: PutObjectInput,
  context: OperationContext,
  header: ReplicaStatement,
): Promise<OperationOutputs['PutObject']> {
  const target = receivingTarget(context, input.Key, input.Bucket)
  const said = header.what === 'change' && header.isTooLong ? await readBody(input, header) : header
  const { traitChanges } = said
  const { clock, stores } = context.service
  const statement = traitChanges ? { ...said, traitChanges: timesSaid(clock, traitChanges) } : said
  await assertMaySay(context, target, statement)
  const there = await readVersionAt(stores, target.bucket.id, input.Key, statement.order)
  if (there) {
    // All that may change of it comes behind.
    if (!statement.isTooLong) await renew(context, target, statement)
    return { VersionId: statement.versionId ?? statement.order }
  }
  if (statement.what === 'change') throw new S3Error('NoSuchVersion', { Key: input.Key })
  return store(input, context, statement, target)
}

async function readBody({ Body }: PutObjectInput, header: ReplicaStatement): Promise<ReplicaStatement> {
  const { sizeBytes = Infinity, bytes } = Body ?? bodyOf(new Uint8Array(), 0)
  if (sizeBytes > MOST_STATEMENT_BYTES) throw new S3Error('EntityTooLarge')
  return readStatementBody(await collectBytes(bytes), header)
}

async function store(
  input: PutObjectInput,
  context: OperationContext,
  statement: ReplicaStatement,
  target: ReplicaTarget,
): Promise<OperationOutputs['PutObject']> {
  const { service, head } = context
  const { bucket } = target
  const { row: encryption, sealer } = await chooseEncryption(context, input)
  const traits = { ...replicaTraits(context, input, statement), encryption }
  const claims = readClaimedDigests(head.headers)
  const algorithm = claims.checksum?.algorithm ?? DEFAULT_CHECKSUM_ALGORITHM
  if (bucket.hasQuota) await refuseObjectOverQuota(service.stores, bucket, input.Key, input.Body?.sizeBytes)
  const stored = await storeContent(service, input.Body, claims, algorithm, context, sealer, traits)
  const made = newObjectRow(context, traits, stored)
  const { etag = made.etag, traitChanges } = statement
  const isChanged = traitChanges && Object.keys(traitChanges).length > 0
  const row = { ...made, etag, ...(isChanged && { traitChanges }), ...replicaIdentity(statement) }
  await keepOrDiscard(service, stored, () =>
    placeReplica(service, target, row, { loose: stored, also: idFree(target, statement), cause: context }),
  )
  return {
    ETag: quoted(row.etag),
    ...checksumMembers(row.checksum),
    VersionId: statement.versionId ?? statement.order,
    ...encryptionMembers(encryption, input),
  }
}

/** A delete marker of a Holdfast elsewhere, as above. */
export async function receiveMarker(
  { Bucket, Key }: { readonly Bucket: string; readonly Key: string },
  context: OperationContext,
  statement: ReplicaStatement,
): Promise<OperationOutputs['DeleteObject']> {
  const target = receivingTarget(context, Key, Bucket)
  await assertMaySay(context, target, statement)
  const ownerAccountId = ownerOfReplica(context, statement)
  const marker = { isDeleteMarker: true, ownerAccountId, ...replicaIdentity(statement) } as const
  await placeReplica(context.service, target, marker, { also: idFree(target, statement), cause: context })
  return { DeleteMarker: true, VersionId: statement.versionId ?? statement.order }
}

/** What an upload in parts is begun with that becomes such a version. Throws PreconditionFailed where it is there already. */
export async function uploadOfReplica(
  context: OperationContext,
  input: Parameters<typeof describe>[0] & { readonly Bucket: string; readonly Key: string },
  statement: ReplicaStatement,
): Promise<Omit<ObjectTraits, 'encryption'>> {
  const target = receivingTarget(context, input.Key, input.Bucket)
  await assertMaySay(context, target, statement)
  const { stores } = context.service
  if (await readVersionAt(stores, target.bucket.id, input.Key, statement.order)) throw thereAlready()
  return replicaTraits(context, input, statement)
}

/** Its completion, within the commit that makes it. Throws PreconditionFailed where it is there already. */
export async function putUploadedReplica(
  transaction: Transaction,
  context: OperationContext,
  bucket: BucketRow,
  { Bucket: bucketName, Key: key }: { readonly Bucket: string; readonly Key: string },
  row: ObjectRow,
  statement: ReplicaStatement,
): Promise<ObjectRow> {
  assertReceives(bucket)
  if (await versionAt(transaction, bucket.id, key, statement.order)) throw thereAlready()
  await assertIdFree(transaction, bucket.id, key, statement)
  const replica = { ...row, etag: statement.etag ?? row.etag, ...replicaIdentity(statement) }
  const target = { bucketName, bucket, key }
  const name = 'ObjectCreated:CompleteMultipartUpload'
  await putReplicaRow(transaction, context.service, target, replica, context, name)
  return replica
}

function idFree({ bucket, key }: ReplicaTarget, statement: ReplicaStatement): Also {
  return (transaction) => assertIdFree(transaction, bucket.id, key, statement)
}

function thereAlready(): S3Error {
  return new S3Error('PreconditionFailed', { Condition: REPLICA_HEADER })
}

/** Under which id, where and of when the version is that a statement is about. */
function replicaIdentity({ order, versionId, modifiedMilliseconds }: ReplicaStatement): VersionIdentity &
  Pick<ObjectRow, 'order' | 'modifiedMilliseconds'> &
  typeof IS_REPLICA & {
    readonly order: string
  } {
  return { order, versionId, modifiedMilliseconds, ...IS_REPLICA }
}

/** Throws where the bucket takes no replicas, or this caller may not say all of it. */
async function assertMaySay(
  context: OperationContext,
  target: ReplicaTarget,
  { tags, acl, retention, legalHold, givesToBucketOwner }: ReplicaStatement,
): Promise<void> {
  if (tags) await context.authorize(REPLICATE_TAGS, target)
  if (givesToBucketOwner) await context.authorize(OVERRIDE_OWNER, target)
  if (retention ?? legalHold) assertObjectLock(target.bucket)
  if (!acl) return
  const owner = canonicalIdOfAccount(context.service.accounts, target.bucket.ownerAccountId)
  await assertAclNotBlocked(context.service, target.bucket, aclFromRow(acl, owner))
}

export function receivingTarget(context: OperationContext, key: string, bucketName: string): ReplicaTarget {
  const bucket = bucketOf(context)
  assertReceives(bucket)
  return { bucketName, bucket, key }
}

function assertReceives(bucket: BucketRow): void {
  if (bucket.versioning === 'Enabled') return
  throw new S3Error('InvalidBucketState', {}, { message: 'Replicas need a bucket with versioning enabled.' })
}

function ownerOfReplica(context: OperationContext, { givesToBucketOwner }: ReplicaStatement): string {
  return givesToBucketOwner ? bucketOf(context).ownerAccountId : ownerWithoutAcl(context)
}

/** All that is said of a replica besides its bytes and its encryption. */
function replicaTraits(
  context: OperationContext,
  input: Parameters<typeof describe>[0],
  statement: ReplicaStatement,
): Omit<ObjectTraits, 'encryption'> {
  const { service } = context
  const bucket = bucketOf(context)
  const { tags, legalHold } = statement
  const isOwners = goesToBucketOwner(bucket, statement.givesToBucketOwner === true)
  return {
    ...describe(input, service.settings.storageClasses),
    ownerAccountId: ownerOfReplica(context, statement),
    acl: isOwners ? undefined : statement.acl,
    tags,
    legalHold,
    retention: statement.retention ?? defaultRetention(bucket.objectLock, service.clock.now()),
  }
}

/** Who takes tags away has to be permitted to do so as who puts some. */
async function renew(
  context: OperationContext,
  target: ReplicaTarget,
  statement: ReplicaStatement,
): Promise<void> {
  const { bucketName, key } = target
  await transact(context.service.stores.metadata, async (transaction) => {
    const bucket = await bucketForWrite(transaction, bucketName, target.bucket)
    const keepsAcl = goesToBucketOwner(bucket, statement.givesToBucketOwner === true)
    const place = { bucketName, bucket, key }
    const renewal = { ...statement, keepsAcl, now: context.service.clock.now() }
    await renewReplica(transaction, place, statement.order, renewal, async (before, after) => {
      if (before.tags && !after.tags) await context.authorize(REPLICATE_TAGS, target)
      await assertMayChangeOriginal(context, target, before, after)
    })
  })
}
