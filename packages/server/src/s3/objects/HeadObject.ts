import { bucketOf, defineOperation } from '../operation.ts'
import { findObject } from '../versions/find-version.ts'
import { shownVersionId } from '../versions/version-order.ts'
import { assertConditions, objectHeaders, refuseCustomerKey } from './object-headers.ts'
import { selectBytes } from './object-range.ts'

export const HeadObject = defineOperation('HeadObject', {
  access: {
    action: 's3:GetObject',
    versionedAction: 's3:GetObjectVersion',
    on: 'object',
    acl: { on: 'object', grant: 'READ' },
  },
  async handle(input, context) {
    const { stores } = context.service
    const bucket = bucketOf(context)
    refuseCustomerKey(input)
    const row = await findObject(stores, bucket, input.Key, input.VersionId)
    assertConditions(input, row)
    const selection = await selectBytes(stores, row, input)
    return { ...objectHeaders(input, row, selection), ...shownVersionId(bucket, row) }
  },
})
