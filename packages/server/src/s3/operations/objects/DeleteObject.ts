import { authorizeMatch } from '../../shared/deciding/authorize-match.ts'
import { bucketOf, defineOperation } from '../../shared/service/operation.ts'
import { bypassesGovernance } from '../../shared/object/object-lock-rules.ts'
import { ownerWithoutAcl } from '../../shared/new-object/new-object-owner.ts'
import { verifiesMfa } from '../../shared/bucket/mfa.ts'
import { refuseConditions } from '../../shared/object/preconditions.ts'
import { receiveMarker, REPLICATE_DELETE, replicaOf } from '../../shared/replicas/receive-replica.ts'
import { deleteVersion } from '../../shared/version-rows/delete-version.ts'
import { deleteCheck } from './delete-conditions.ts'
import { DELETE_OBJECT } from './delete-object-access.ts'

export const DeleteObject = defineOperation('DeleteObject', {
  freesSpace: true,
  access: DELETE_OBJECT,
  replicaAccess: REPLICATE_DELETE,
  async handle(input, context) {
    const replica = replicaOf(context.head)
    if (replica) return receiveMarker(input, context, replica)
    refuseConditions(context.head, ['If-None-Match', 'If-Unmodified-Since'])
    const check = deleteCheck(
      {
        key: input.Key,
        versionId: input.VersionId,
        etag: input.IfMatch,
        lastModified: input.IfMatchLastModifiedTime,
        sizeBytes: input.IfMatchSize,
      },
      bucketOf(context),
    )
    const target = {
      bucketName: input.Bucket,
      bucket: bucketOf(context),
      key: input.Key,
      versionId: input.VersionId,
    }
    const matching = authorizeMatch(context, target, input.IfMatch)
    if (matching instanceof Promise) await matching
    const hasMfa = input.VersionId !== undefined && (await verifiesMfa(context, input.MFA))
    const bypassing = bypassesGovernance(context, input)
    return deleteVersion(context.service, {
      ...target,
      accountId: ownerWithoutAcl(context),
      cause: context,
      hasMfa,
      bypassesGovernance: bypassing instanceof Promise ? await bypassing : bypassing,
      check,
    })
  },
})
