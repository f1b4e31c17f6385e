import type { Description, ObjectRow } from '../metadata/tables/rows.ts'
import type { StoredContent } from './content/store-content.ts'
import { bucketOf, type OperationContext } from './operation.ts'

/** The row of an object uploaded in one request. */
export function newObjectRow(
  context: OperationContext,
  description: Description,
  stored: StoredContent,
): ObjectRow {
  return {
    ...description,
    etag: stored.md5.toString('hex'),
    sizeBytes: stored.sizeBytes,
    modifiedMilliseconds: context.service.clock.now().getTime(),
    // Only the bucket's owner may write yet, and BucketOwnerEnforced, the default, makes him the owner in any case.
    ownerAccountId: bucketOf(context).ownerAccountId,
    content: stored.content,
    checksum: {
      algorithm: stored.checksum.algorithm,
      value: stored.checksum.value.toString('base64'),
      type: 'FULL_OBJECT',
    },
  }
}
