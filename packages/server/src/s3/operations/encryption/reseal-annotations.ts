import { annotations, annotationSets } from '../../../metadata/tables/annotation-tables.ts'
import type { ObjectRow } from '../../../metadata/tables/rows.ts'
import type { Transaction } from '../../../metadata/transaction.ts'
import { MOST_ANNOTATIONS } from '../../shared/annotating/annotation-rules.ts'
import type { NewEncryption } from '../../shared/sealing/reseal-object.ts'
import { bucketOf, type OperationContext } from '../../shared/service/operation.ts'

export interface ResealedAnnotations {
  /** Writes them with the commit; `false` where one was put or deleted since. */
  put(transaction: Transaction): Promise<boolean>
}

/**
 * The annotations of an object under its new key. Source: S3 API Reference, PutObjectAnnotation: they inherit the encryption of
 * their object.
 */
export async function resealAnnotations(
  context: OperationContext,
  { annotations: id }: ObjectRow,
  encryption: NewEncryption,
): Promise<ResealedAnnotations | undefined> {
  if (id === undefined) return undefined
  const { metadata } = context.service.stores
  const { id: bucketId } = bucketOf(context)
  const set = await metadata.get(annotationSets.key(id))
  const entries = await metadata.scan({ ...annotations.range(bucketId, id), limit: MOST_ANNOTATIONS })
  const rows = await Promise.all(
    entries.map(async (entry) => {
      const row = annotations.decode(entry)
      const change = await encryption.reseal(row)
      return { key: annotations.parts(entry.key), row: { ...row, ...change } }
    }),
  )
  return {
    async put(transaction) {
      const now = await metadata.get(annotationSets.key(id))
      if (now?.stamp !== set?.stamp) return false
      transaction.expect(annotationSets.key(id), set?.stamp)
      for (const { key, row } of rows) transaction.put(annotations, key, row)
      return true
    },
  }
}
