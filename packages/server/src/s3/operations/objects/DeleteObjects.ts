import { authorizeMatch } from '../../shared/deciding/authorize-match.ts'
import { hideMissingKey } from '../../shared/deciding/hide-missing-key.ts'
import { assertKeyLength } from '../../../model/key-length.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type {
  DeletedObject,
  DeleteError,
  DeleteObjectsInput,
  ObjectIdentifier,
} from '../../../model/types.gen.ts'
import { bucketOf, defineOperation, type OperationContext } from '../../shared/service/operation.ts'
import { bypassesGovernance } from '../../shared/object/object-lock-rules.ts'
import { ownerWithoutAcl } from '../../shared/new-object/new-object-owner.ts'
import { refusedHeader } from '../../../model/refused-header.ts'
import { assertMfa, verifiesMfa } from '../../shared/bucket/mfa.ts'
import { deleteVersion } from '../../shared/version-rows/delete-version.ts'
import { decisionTurns } from '../../shared/deciding/decision-turns.ts'
import { deleteCheck } from './delete-conditions.ts'
import { DELETE_OBJECT } from './delete-object-access.ts'

/** Source: S3 API Reference, DeleteObjects. */
const MOST_KEYS = 1000

export const DeleteObjects = defineOperation('DeleteObjects', {
  freesSpace: true,
  // Each key is decided alone, as s3:DeleteObject.
  access: DELETE_OBJECT,
  decidesItself: true,
  async handle(input, context) {
    const { Objects, Quiet } = input.Delete
    if (Objects.length === 0 || Objects.length > MOST_KEYS) throw new S3Error('MalformedXML')
    if (Objects.some(({ Key }) => Key === '')) throw new S3Error('MalformedXML')
    if (bucketOf(context).directory) assertNoBlankKey(Objects)
    const hasMfa = await verifiesMfa(context, input.MFA)
    // One version among them, and all of the request wants it.
    if (Objects.some(({ VersionId }) => VersionId !== undefined)) assertMfa(bucketOf(context), hasMfa)
    const target = { bucketName: input.Bucket, bucket: bucketOf(context) }
    const nextTurn = await decisionTurns(context.service, context.head, target)
    const deletions: ReturnType<typeof deleteOne>[] = []
    for (const object of Objects) {
      await nextTurn(object.Key)
      deletions.push(deleteOne(input, object, hasMfa, context))
    }
    const results = await Promise.all(deletions)
    return {
      Deleted: Quiet ? [] : results.flatMap(({ deleted }) => deleted ?? []),
      Errors: results.flatMap(({ error }) => error ?? []),
    }
  },
})

async function deleteOne(
  { Bucket: bucketName, BypassGovernanceRetention }: DeleteObjectsInput,
  { Key, VersionId, ETag, LastModifiedTime, Size }: ObjectIdentifier,
  hasMfa: boolean,
  context: OperationContext,
): Promise<{ deleted?: DeletedObject; error?: DeleteError }> {
  const identity = { Key, ...(VersionId !== undefined && { VersionId }) }
  const bucket = bucketOf(context)
  const target = { bucketName, bucket, key: Key, versionId: VersionId }
  const noted = { ...target, operation: 'BATCH.DELETE.OBJECT' }
  try {
    assertKeyLength(Key)
    // Source: S3 User Guide, "Enforce conditional deletes on Amazon S3 buckets": of each key its own.
    const decision = await context.authorize(DeleteObjects.access, target, { 's3:if-match': ETag })
    await authorizeMatch(context, target, ETag)
    if (bucket.directory) assertDirectoryIdentifier(Key, VersionId)
    const check = deleteCheck(
      { key: Key, versionId: VersionId, etag: ETag, lastModified: LastModifiedTime, sizeBytes: Size },
      bucket,
    )
    const { DeleteMarker, VersionId: shown } = await deleteVersion(context.service, {
      ...target,
      accountId: ownerWithoutAcl(context),
      cause: context,
      hasMfa,
      bypassesGovernance: await bypassesGovernance(context, {
        Bucket: bucketName,
        Key,
        VersionId,
        BypassGovernanceRetention,
      }),
      check,
    })
    if (bucket.logging) context.noteAccess({ ...noted, status: 204, decision })
    // `VersionId` repeats what the request named; a marker that was made or deleted is told beside it.
    return { deleted: { ...identity, ...(DeleteMarker && { DeleteMarker, DeleteMarkerVersionId: shown }) } }
  } catch (fault) {
    const error = await hideMissingKey(fault, context, target)
    // The other keys may be gone by now: whatever it was, it is the answer for this one alone.
    const { code, message, status } = context.errorOf(error)
    if (bucket.logging) context.noteAccess({ ...noted, status, errorCode: code })
    return { error: { ...identity, Code: code, Message: message } }
  }
}

/** All but line feeds, tabs and carriage returns. */
const CONTROL = /(?![\n\t\r])\p{Cc}/u

/** Of all of the request. Source: S3 API Reference, Delete, `Objects`: "none of the objects in the request will be deleted". */
function assertNoBlankKey(objects: readonly ObjectIdentifier[]): void {
  if (objects.every(({ Key }) => Key.trim() !== '')) return
  throw new S3Error('InvalidRequest', {}, { message: 'A key cannot be white space alone' })
}

/** Source: S3 User Guide, "Deleting objects from a directory bucket", and S3 API Reference, ObjectIdentifier. */
function assertDirectoryIdentifier(key: string, versionId: string | undefined): void {
  if (CONTROL.test(key))
    throw new S3Error('InvalidRequest', {}, { message: 'A key cannot have control characters' })
  if (versionId !== undefined && versionId !== 'null') throw refusedHeader('VersionId')
}
