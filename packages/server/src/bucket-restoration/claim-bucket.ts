import { BackupRefusal } from '../backup/backup-refusal.ts'
import { bucketRestorations, type BucketRestorationRow } from '../metadata/tables/restoration-tables.ts'
import { buckets } from '../metadata/tables/tables.ts'
import { transact, type Transaction } from '../metadata/transaction.ts'
import type { S3Service } from '../s3/shared/service/service.ts'

/** Which process this is, and which others are alive. */
export interface Presence {
  readonly processId: string
  others(): Promise<ReadonlySet<string>>
}

type Wanted = Pick<BucketRestorationRow, 'backupId' | 'moment' | 'from'>

/**
 * Begins to restore a bucket, or goes on with what was cut off. Throws `BackupRefusal` where there is such a bucket, another
 * process is at it, or another moment was begun.
 */
export async function claimBucket(
  { service, presence }: { readonly service: S3Service; readonly presence: Presence },
  name: string,
  wanted: Wanted,
): Promise<BucketRestorationRow> {
  const others = await presence.others()
  return transact(service.stores.metadata, async (transaction) => {
    await assertNoBucket(transaction, name)
    const begun = await transaction.get(bucketRestorations, name)
    if (begun) assertSame(begun, name, wanted, others)
    const bucketId = begun?.bucketId ?? service.random.bytes(9).toString('base64url')
    const claim = { ...wanted, bucketId, processId: presence.processId }
    transaction.put(bucketRestorations, [name], claim)
    return claim
  })
}

export async function assertNoBucket(transaction: Transaction, name: string): Promise<void> {
  if (await transaction.get(buckets, name))
    throw new BackupRefusal(
      `There is a bucket ${name}, which is left as it is. Give the one that comes back another name with --as.`,
    )
}

/** Relies on it that this process is still at it. */
export async function assertClaim(
  transaction: Transaction,
  name: string,
  claim: BucketRestorationRow,
): Promise<void> {
  const row = await transaction.get(bucketRestorations, name)
  if (row?.bucketId === claim.bucketId && row.processId === claim.processId) return
  throw new BackupRefusal(`Another process took this restoration of ${name} for dead. Run it again.`)
}

function assertSame(
  begun: BucketRestorationRow,
  name: string,
  wanted: Wanted,
  others: ReadonlySet<string>,
): void {
  assertLeft(begun, name, others)
  const isSame =
    begun.backupId === wanted.backupId && begun.moment === wanted.moment && begun.from === wanted.from
  if (!isSame)
    throw new BackupRefusal(
      `A restoration of ${name} from moment ${begun.moment} (bucket ${begun.from}) was begun, and is not finished. Finish that with --moment ${begun.moment}, or take away what came of it with --give-up.`,
    )
}

/** Throws where another process that is alive is at it. */
export function assertLeft(
  { processId }: BucketRestorationRow,
  name: string,
  others: ReadonlySet<string>,
): void {
  if (others.has(processId))
    throw new BackupRefusal(
      `Another restoration of ${name} is under way, or ended without a word a minute ago. Wait for it, or a minute.`,
    )
}
