import { effectiveBlock } from '../../shared/bucket/effective-block.ts'
import { countingAcl } from '../../shared/grants/counting-acl.ts'
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
    const block = await effectiveBlock(context.service, bucket)
    const shown = shownAcl(accounts, countingAcl(context.service, bucket, object, block))
    return { ...shown, ...shownVersionId(bucket, object) }
  },
})
