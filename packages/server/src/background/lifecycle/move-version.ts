import type { AccessTier, ObjectRow } from '../../metadata/tables/rows.ts'
import { bucketForWrite } from '../../s3/shared/bucket/bucket-row.ts'
import { changeContent } from '../../s3/shared/content/change-content.ts'
import { unlinkContent } from '../../s3/shared/content/link-content.ts'
import { announceObject } from '../../s3/shared/announcing/announce.ts'
import { isNotified } from '../../s3/shared/announcing/notification-rules.ts'
import { archiveTierOf } from '../../s3/shared/object/archive-of.ts'
import { markTiered } from '../../s3/shared/storage-tiers/mark-tiered.ts'
import { isMovable, moveContent, type MovedContent } from '../../s3/shared/storage-tiers/move-content.ts'
import { isSamePlace } from '../../s3/shared/content/placement.ts'
import { changeVersion } from '../../s3/shared/version-rows/change-version.ts'
import { versionIdOf } from '../../s3/shared/object/version-order.ts'
import { isUncertain } from '../../s3/shared/new-object/write-object.ts'
import { assertSameRules, type RuledBucket, type SeenVersion } from './lifecycle-page.ts'
import { noteAction, transitionOperation } from './note-action.ts'
import { Changed, type Move } from './try-action.ts'

/** Brings an object version into another storage class, in INTELLIGENT_TIERING into its first tier. */
export function transition(ruled: RuledBucket, seen: SeenVersion, storageClass: string): Move {
  const isTiered = storageClass === 'INTELLIGENT_TIERING'
  return moveOf(ruled, seen, {
    storageClass,
    restore: undefined,
    accessTier: undefined,
    accessedMilliseconds: isTiered ? ruled.service.clock.now().getTime() : undefined,
  })
}

/** Brings an object version of INTELLIGENT_TIERING into another of its tiers. */
export function tierChange(ruled: RuledBucket, seen: SeenVersion, accessTier: AccessTier | undefined): Move {
  return moveOf(ruled, seen, { accessTier, restore: undefined })
}

/** Bytes that the server cannot open by itself stay where they are; what is said of them changes. */
function moveOf(ruled: RuledBucket, seen: SeenVersion, change: Partial<ObjectRow>): Move {
  const { key, row } = seen
  const copiesBytes = isMovable(row) && !isSamePlace(ruled.service.settings, row, { ...row, ...change })
  return {
    key,
    copiesBytes,
    run: async () => {
      if (copiesBytes) await moveVersion(ruled, seen, change)
      else await commitMove(ruled, seen, change)
      noteMove(ruled, seen, change)
    },
  }
}

function noteMove(ruled: RuledBucket, { key, row }: SeenVersion, { storageClass }: Partial<ObjectRow>): void {
  if (storageClass === undefined) return
  const versionId = ruled.bucket.versioning && versionIdOf(row)
  noteAction(ruled, transitionOperation(storageClass), { key, versionId, sizeBytes: row.sizeBytes })
}

/**
 * Copies the bytes of an object version to where it is to be kept and reads them back; then one commit names them in
 * place of the old ones. A crash on the way leaves blobs that no row names, which are swept up.
 */
async function moveVersion(ruled: RuledBucket, seen: SeenVersion, change: Partial<ObjectRow>): Promise<void> {
  const { service, signal } = ruled
  const moved = await moveContent(service, seen.row, { ...seen.row, ...change }, signal)
  if (!moved) throw new Changed()
  try {
    await commitMove(ruled, seen, change, moved)
  } catch (error) {
    if (!isUncertain(error)) await moved.discard()
    throw error
  } finally {
    moved.release()
  }
}

async function commitMove(
  ruled: RuledBucket,
  { key, row, isNewest }: SeenVersion,
  change: Partial<ObjectRow>,
  moved?: MovedContent,
): Promise<void> {
  const { service, name, bucket } = ruled
  await changeContent(service, async (transaction) => {
    const now = await bucketForWrite(transaction, name, bucket)
    assertSameRules(ruled, now)
    markTiered(transaction, name, now, { ...row, ...change })
    await moved?.link(transaction)
    const changed = await changeVersion(transaction, now, key, versionIdOf(row), (found, isNewestNow) => {
      // Whatever changed may be what the rules went by: its class, its tags, its place among the versions.
      const isSame = isNewestNow === isNewest && JSON.stringify(found) === JSON.stringify(row)
      if (!isSame) throw new Changed()
      return { ...change, ...(moved && { content: moved.content }) }
    })
    const event = isNotified(now) ? eventOf(key, change) : undefined
    if (event) await announceObject(transaction, service, name, now, changed, event)
    if (moved && moved.content !== row.content) await unlinkContent(transaction, row.content)
  })
}

/** Source: S3 User Guide, "Managing S3 Intelligent-Tiering": of tiers, only the two archives are told of. */
function eventOf(key: string, change: Partial<ObjectRow>) {
  const { storageClass: newClass } = change
  if (newClass !== undefined) return { name: 'LifecycleTransition', key, cause: 's3', newClass } as const
  const newTier = archiveTierOf(change)
  return newTier && ({ name: 'IntelligentTiering', key, cause: 's3', newTier } as const)
}
