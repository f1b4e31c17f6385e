import { BackupRefusal } from '../backup/backup-refusal.ts'
import { bucketRestorations } from '../metadata/tables/restoration-tables.ts'
import type { VersionRow } from '../metadata/tables/rows.ts'
import type { Table } from '../metadata/table.ts'
import { current, versionHeads, versionIds, versions } from '../metadata/tables/tables.ts'
import type { TuplePart } from '../metadata/tuple.ts'
import type { Transaction } from '../metadata/transaction.ts'
import { changeContent } from '../s3/shared/content/change-content.ts'
import { unlinkObject } from '../s3/shared/content/unlink-object.ts'
import { isObject } from '../s3/shared/object/version-order.ts'
import type { S3Service } from '../s3/shared/service/service.ts'
import { assertLeft, type Presence } from './claim-bucket.ts'

const ROWS_PER_COMMIT = 100

/**
 * Takes away what a restoration left that was cut off; servers free its bytes. Throws `BackupRefusal` where none was begun, or
 * another process is at it.
 */
export async function giveUpBucket(
  { service, presence }: { readonly service: S3Service; readonly presence: Presence },
  name: string,
): Promise<void> {
  const others = await presence.others()
  const { processId } = presence
  const begun = await changeContent(service, async (transaction) => {
    const row = await transaction.get(bucketRestorations, name)
    if (!row) throw new BackupRefusal(`No restoration of ${name} was begun, or it is done.`)
    assertLeft(row, name, others)
    transaction.put(bucketRestorations, [name], { ...row, processId })
    return row
  })
  await discardRows(service, begun.bucketId)
  await changeContent(service, async (transaction) => transaction.remove(bucketRestorations, name))
}

/** Takes away all rows of a bucket that nobody has seen yet. */
async function discardRows(service: S3Service, bucketId: string): Promise<void> {
  const letGo = async (transaction: Transaction, row: VersionRow): Promise<void> => {
    if (isObject(row)) await unlinkObject(transaction, bucketId, row)
  }
  await removeAll(service, current, bucketId, letGo)
  await removeAll(service, versions, bucketId, letGo)
  await removeAll(service, versionHeads, bucketId)
  await removeAll(service, versionIds, bucketId)
}

async function removeAll<Key extends readonly TuplePart[], Row>(
  service: S3Service,
  table: Table<Key, Row>,
  bucketId: string,
  letGo: (transaction: Transaction, row: Row) => Promise<void> = async () => {},
): Promise<void> {
  for (;;) {
    const page = await service.stores.metadata.scan({ ...table.range(bucketId), limit: ROWS_PER_COMMIT })
    if (page.length === 0) return
    await changeContent(service, async (transaction) => {
      for (const entry of page) {
        const key = table.parts(entry.key)
        const row = await transaction.get(table, ...key)
        if (row) await letGo(transaction, row)
        transaction.remove(table, ...key)
      }
    })
  }
}
