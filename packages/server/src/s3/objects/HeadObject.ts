import { findObject } from '../find-object.ts'
import { bucketOf, defineOperation } from '../operation.ts'
import { assertConditions, objectHeaders } from './object-headers.ts'
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
    const row = await findObject(stores, bucketOf(context), input.Key, input.VersionId)
    assertConditions(input, row)
    return objectHeaders(input, row, await selectBytes(stores, row, input))
  },
})
