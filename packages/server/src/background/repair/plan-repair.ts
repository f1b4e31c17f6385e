import type { Entry } from '../../metadata/ordered-store.ts'
import { tableOf } from '../../metadata/known-tables.ts'
import type { S3Service } from '../../s3/shared/service/service.ts'
import type { Damage } from '../scrub/damage.ts'
import { unreadableReason } from '../scrub/scrub-rows.ts'
import { type ScrubProgress, scrubStore } from '../scrub/scrub-store.ts'

/** Something to take out: a row that cannot be read, or that of an object version whose bytes are lost. */
export interface Removal {
  readonly entry: Entry
  readonly damage: Damage
}

export interface RepairPlan {
  readonly rows: readonly Removal[]
  readonly objects: readonly Removal[]
  /** What stays as it is: more would be lost with it than is lost now, or it may still come back. */
  readonly left: readonly Damage[]
  /** Then nothing can be taken out: nobody knows what rows there are, and what they name. */
  readonly hasDamagedPages: boolean
}

/**
 * Rows that may go. Those of buckets, their settings, keys and accounts are not among them: objects hang on them, and
 * without a setting a bucket may be open to people it was closed to.
 */
const REMOVABLE = new Set([
  'current',
  'versions',
  'versionHeads',
  'uploads',
  'parts',
  'partLists',
  'inlineBytes',
  'uncheckedInlineBytes',
  'blobReferences',
  'garbage',
  'completedUploads',
  'renameTokens',
  'ownedBuckets',
  'workerProgress',
  'rowRenewal',
  'workerLeases',
  'serverProcesses',
  'contentReads',
  'backupHold',
  'backupPoints',
  'damages',
  'outbox',
  'restoreMoments',
  'waitingLogs',
  'annotations',
  'annotationSets',
  'inventoryReports',
  'analyses',
  'analysisWalks',
  'analysisDays',
  'analysisTraffic',
])

/** Reads everything and says what is beyond reading. Changes nothing. */
export async function planRepair(
  service: S3Service,
  onProgress: (progress: ScrubProgress) => void,
  signal: AbortSignal,
): Promise<RepairPlan> {
  const plan = {
    rows: [] as Removal[],
    objects: [] as Removal[],
    left: [] as Damage[],
    hasDamagedPages: false,
  }
  await scrubStore(service, {
    onProgress,
    onRowDamage({ entry, damage }) {
      // Otherwise it is not the row that is damaged, but the way to it.
      const isUnread = entry !== undefined && unreadableReason(entry) !== undefined
      if (!isUnread) plan.hasDamagedPages = true
      if (isUnread && REMOVABLE.has(tableOf(entry.key)?.name ?? '')) plan.rows.push({ entry, damage })
      else plan.left.push(damage)
    },
    onObjectDamage({ entry, damage }) {
      if (entry && !damage.mayReturn) plan.objects.push({ entry, damage })
      else plan.left.push(damage)
    },
    notes: false,
    signal,
  })
  return plan
}
