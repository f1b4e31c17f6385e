import type { Content, ObjectRow, ObjectTraits } from '../../../metadata/tables/rows.ts'
import { etagOf, randomEtag } from '../object/etag.ts'
import type { StoredContent } from '../content/store-content.ts'
import type { OperationContext } from '../service/operation.ts'

/** The row of an object uploaded in one request. */
export function newObjectRow(
  { service, bucket }: Pick<OperationContext, 'service'> & Partial<Pick<OperationContext, 'bucket'>>,
  traits: ObjectTraits,
  stored: StoredContent<Content>,
): ObjectRow {
  return {
    ...traits,
    etag: randomEtag(bucket, service.random) ?? etagOf(traits.encryption, stored),
    sizeBytes: stored.sizeBytes,
    modifiedMilliseconds: service.clock.now().getTime(),
    content: stored.content,
    checksum: {
      algorithm: stored.checksum.algorithm,
      value: stored.checksum.value.toString('base64'),
      type: 'FULL_OBJECT',
    },
  }
}
