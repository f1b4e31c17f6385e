import { aclFromRow } from '../../../access/acl/acl-row.ts'
import { effectiveAcl } from '../../../access/public-access-block.ts'
import { effectiveBlock } from '../../shared/bucket/effective-block.ts'
import { canonicalIdOfAccount } from '../../shared/grants/canonical-ids.ts'
import { bucketOf, defineOperation } from '../../shared/service/operation.ts'
import { shownVersionId } from '../../shared/object/version-order.ts'
import { findObject } from '../../shared/version-rows/find-version.ts'
import { shownAcl } from './shown-acl.ts'

export const GetObjectAcl = defineOperation('GetObjectAcl', {
  access: {
    action: 's3:GetObjectAcl',
    versionedAction: 's3:GetObjectVersionAcl',
    on: 'object',
    acl: { on: 'object', grant: 'READ_ACP' },
  },
  async handle(input, context) {
    const { accounts, stores } = context.service
    const bucket = bucketOf(context)
    const object = await findObject(stores, bucket, input.Key, input.VersionId)
    const isEnforced = bucket.objectOwnership === 'BucketOwnerEnforced'
    const owner = canonicalIdOfAccount(accounts, isEnforced ? bucket.ownerAccountId : object.ownerAccountId)
    const acl = aclFromRow(isEnforced ? undefined : object.acl, owner)
    const block = await effectiveBlock(context.service, bucket)
    const shown = shownAcl(accounts, effectiveAcl(block, acl))
    return { ...shown, ...shownVersionId(bucket, object) }
  },
})
