import { assertVersion } from '../find-object.ts'
import { defineOperation } from '../operation.ts'
import { removeObject } from '../remove-object.ts'
import { assertDeleteConditions } from './delete-conditions.ts'

export const DeleteObject = defineOperation('DeleteObject', {
  access: {
    action: 's3:DeleteObject',
    versionedAction: 's3:DeleteObjectVersion',
    on: 'object',
    acl: { on: 'bucket', grant: 'WRITE' },
  },
  async handle(input, { service }) {
    assertVersion(input.Key, input.VersionId)
    const conditions = {
      etag: input.IfMatch,
      lastModified: input.IfMatchLastModifiedTime,
      sizeBytes: input.IfMatchSize,
    }
    await removeObject(service, input.Bucket, input.Key, (existing) =>
      assertDeleteConditions(conditions, existing),
    )
    return {}
  },
})
