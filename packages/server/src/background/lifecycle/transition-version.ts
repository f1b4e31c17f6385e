import { transact } from '../../metadata/transaction.ts'
import type { ObjectRow } from '../../metadata/tables/rows.ts'
import { bucketForWrite } from '../../s3/bucket-row.ts'
import { unlinkContent } from '../../s3/content/link-content.ts'
import { announceObject } from '../../s3/events/announce.ts'
import { isNotified } from '../../s3/events/notification-rules.ts'
import { isMovable, moveContent, type MovedContent } from '../../s3/storage-class/move-content.ts'
import { isSamePlacement, placementOf } from '../../s3/storage-class/placement.ts'
import { changeVersion } from '../../s3/versions/change-version.ts'
import { versionIdOf } from '../../s3/versions/version-order.ts'
import type { RuledBucket } from './lifecycle-page.ts'
import { noteAction, transitionOperation } from './note-action.ts'
import { Changed } from './try-action.ts'

/**
 * Brings an object version into another storage class: its bytes are copied to where that class keeps them and read
 * back, then one commit names them in place of the old ones. A crash on the way leaves blobs that no row names, which are
 * swept up. Bytes that the server cannot open by itself stay where they are; their class changes.
 */
export async function transitionVersion(
  ruled: RuledBucket,
  key: string,
  row: ObjectRow,
  storageClass: string,
  signal: AbortSignal,
): Promise<void> {
  const { service, name, bucket } = ruled
  const { settings } = service
  const from = placementOf(settings, row.storageClass)
  const isMoved = isMovable(row) && !isSamePlacement(from, placementOf(settings, storageClass))
  const moved = isMoved ? await moveContent(service, row, storageClass, signal) : undefined
  if (isMoved && !moved) throw new Changed()
  try {
    await transact(service.stores.metadata, async (transaction) => {
      const now = await bucketForWrite(transaction, name, bucket)
      await moved?.link(transaction)
      const changed = await changeVersion(transaction, now, key, versionIdOf(row), (found) => {
        if (!isSame(found, row)) throw new Changed()
        return { storageClass, restore: undefined, ...(moved && { content: moved.content }) }
      })
      if (isNotified(now)) {
        const event = { name: 'LifecycleTransition', key, cause: 's3', newClass: storageClass } as const
        await announceObject(transaction, service, name, now, changed, event)
      }
      if (moved && moved.content !== row.content) await unlinkContent(transaction, row.content)
    })
  } catch (error) {
    await discard(moved)
    throw error
  }
  service.garbageAdded()
  const versionId = bucket.versioning && versionIdOf(row)
  noteAction(ruled, transitionOperation(storageClass), { key, versionId, sizeBytes: row.sizeBytes })
}

function isSame(found: ObjectRow, seen: ObjectRow): boolean {
  return (
    found.storageClass === seen.storageClass &&
    found.modifiedMilliseconds === seen.modifiedMilliseconds &&
    JSON.stringify([found.content, found.encryption]) === JSON.stringify([seen.content, seen.encryption])
  )
}

async function discard(moved: MovedContent | undefined): Promise<void> {
  await moved?.discard()
}
