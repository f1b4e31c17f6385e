import { join } from 'node:path'
import { rootCaller } from '../access/caller.ts'
import { BackupFolder } from '../backup/backup-folder.ts'
import { BackupRefusal } from '../backup/backup-refusal.ts'
import type { Moment } from '../backup/moment.ts'
import { openMoment } from '../backup/open-moment.ts'
import { pickBucket } from '../backup/pick-bucket.ts'
import { systemDisk } from '../base/disk.ts'
import { makeDurableDirectory } from '../base/durable-directory.ts'
import { systemRandom } from '../base/random.ts'
import { removeEmptyFolder, removeFolder } from '../base/remove-folder.ts'
import { assertNameFits, zoneOfName } from '../bucket-restoration/assert-name-fits.ts'
import { assertNoBucket, claimBucket, type Presence } from '../bucket-restoration/claim-bucket.ts'
import { giveUpBucket } from '../bucket-restoration/give-up-bucket.ts'
import { pickedUsage } from '../bucket-restoration/picked-usage.ts'
import type { LostVersion } from '../bucket-restoration/restoration.ts'
import { restoreBucket } from '../bucket-restoration/restore-bucket.ts'
import { openLmdb } from '../metadata/engines/lmdb.ts'
import { type OrderedStore, usingReserve } from '../metadata/ordered-store.ts'
import { storeIdentity } from '../metadata/tables/identity-tables.ts'
import type { BucketRow } from '../metadata/tables/rows.ts'
import { readRow, transact } from '../metadata/transaction.ts'
import { unreadableRows } from '../metadata/unreadable-rows.ts'
import type { UsageAmounts } from '../metadata/usage-amounts.ts'
import { contextWithoutRequest } from '../s3/shared/deciding/context-without-request.ts'
import type { OperationContext } from '../s3/shared/service/operation.ts'
import type { S3Service } from '../s3/shared/service/service.ts'
import type { BackupPlace } from './backup-place.ts'
import { ownerOf, type StoreForImport, withStoreForImport } from './store-for-import.ts'

export interface BucketWishes extends StoreForImport {
  readonly place: BackupPlace
  readonly moment: number | undefined
  /** The bucket's name in the backup. */
  readonly from: string
  /** What it is called from now on. */
  readonly to: string
  readonly isDryRun: boolean
  /** Whether all else comes where blobs of the backup are damaged or missing. */
  readonly skipsDamaged: boolean
  readonly onProgress: (progress: BucketProgress) => void
  readonly tell: (version: LostVersion) => void
}

export interface BucketProgress {
  /** First the rows of the moment are looked through, then versions are brought. */
  readonly phase: 'looking' | 'bringing'
  /** Of the phase. */
  readonly share: number
  readonly versions: number
  readonly bytes: number
}

export interface BroughtBucket {
  readonly moment: Moment
  readonly usage: UsageAmounts
  /** Rows that the store could not read when it was backed up; they are left out. */
  readonly unreadable: number
}

/** What is picked out of a backup, for the time being; in the data folder. */
const PICKED = 'bucket-restoring'

/**
 * Brings one bucket of a moment into a store, beside its servers or without; all of it or nothing. Cut off, the same command goes
 * on. Throws `BackupRefusal`, with nothing changed, for a moment that is not whole or a name that is taken.
 */
export function runBucketRestoration(wishes: BucketWishes): Promise<BroughtBucket> {
  return withStoreForImport(wishes, async (service, presence) => {
    zoneOfName(wishes.to)
    const source = await openSource(wishes, service)
    if (wishes.isDryRun) return lookOnly(wishes, source, service)
    return bring(wishes, source, { service, presence })
  })
}

/** Takes away what a restoration left that is not to go on. */
export function giveUpRestoration(given: StoreForImport, name: string): Promise<void> {
  return withStoreForImport(given, async (service, presence) => {
    await giveUpBucket({ service: freeing(service), presence }, name)
    await removePicked(given, name)
  })
}

/** For what takes away: on a full disk it may use what is kept for that. */
function freeing(service: S3Service): S3Service {
  const { stores } = service
  return { ...service, stores: { ...stores, metadata: usingReserve(stores.metadata) } }
}

interface Source {
  readonly folder: BackupFolder
  readonly moment: Moment
}

async function openSource({ place, moment }: BucketWishes, { stores }: S3Service): Promise<Source> {
  const storeId = (await readRow(stores.metadata, storeIdentity))?.storeId ?? ''
  const { disk, directory } = place
  const folder = await BackupFolder.openOf({ disk, random: systemRandom, directory }, storeId)
  return { folder, moment: await openMoment(folder, moment) }
}

async function lookOnly(wishes: BucketWishes, source: Source, service: S3Service): Promise<BroughtBucket> {
  await transact(service.stores.metadata, (transaction) => assertNoBucket(transaction, wishes.to))
  return withPicked(wishes, 'look', async (picked) => {
    const bucket = await pick(wishes, source, picked)
    ownerOf(service.accounts, bucket.ownerAccountId)
    return foundIn(source, picked, await pickedUsage(picked, bucket.id))
  })
}

async function bring(
  wishes: BucketWishes,
  source: Source,
  opened: { readonly service: S3Service; readonly presence: Presence },
): Promise<BroughtBucket> {
  const { from, to, place, skipsDamaged, tell } = wishes
  const { service } = opened
  const wanted = { backupId: source.folder.id, moment: source.moment.number, from }
  const claim = await claimBucket(opened, to, wanted)
  try {
    return await withPicked(wishes, 'bring', async (picked) => {
      const bucket = await pick(wishes, source, picked)
      const { versions, deleteMarkers } = await pickedUsage(picked, bucket.id)
      const progress = { versions: 0, bytes: 0 }
      const total = Math.max(1, versions + deleteMarkers)
      const usage = await restoreBucket({
        service,
        context: contextOf(service, bucket),
        disk: place.disk,
        picked,
        bucket,
        from,
        to,
        claim,
        copies: new Map(),
        skipsDamaged,
        progress,
        onProgress: () =>
          wishes.onProgress({ phase: 'bringing', share: progress.versions / total, ...progress }),
        tell,
        signal: new AbortController().signal,
      })
      return foundIn(source, picked, usage)
    })
  } catch (error) {
    // Another run would meet the same, so that nothing is left for it.
    if (error instanceof BackupRefusal)
      await giveUpBucket({ ...opened, service: freeing(service) }, to).catch(() => undefined)
    throw error
  }
}

function foundIn({ moment }: Source, picked: OrderedStore, usage: UsageAmounts): BroughtBucket {
  const unreadable = [...unreadableRows(picked).counts.values()].reduce((sum, count) => sum + count, 0)
  return { moment, usage, unreadable }
}

async function pick(
  { from, to, skipsDamaged, onProgress }: BucketWishes,
  source: Source,
  metadata: OrderedStore,
): Promise<BucketRow> {
  // Each key twice.
  const total = 2 * source.moment.rows
  let rows = 0
  const onRows = (count: number): void => {
    rows += count
    onProgress({ phase: 'looking', share: rows / total, versions: 0, bytes: 0 })
  }
  const { signal } = new AbortController()
  const bucket = await pickBucket({ ...source, name: from, metadata, skipsDamaged, onRows, signal })
  assertNameFits(bucket, to)
  return bucket
}

/** A store for the time being. */
async function withPicked(
  { dataDirectory, to }: BucketWishes,
  purpose: string,
  use: (picked: OrderedStore) => Promise<BroughtBucket>,
): Promise<BroughtBucket> {
  const name = purpose === 'look' ? `${to}.look` : to
  const path = join(dataDirectory, PICKED, name)
  await removeFolder(path)
  await makeDurableDirectory(systemDisk, path, 0o700)
  try {
    await using picked = await openLmdb({ path, random: systemRandom })
    return await use(picked)
  } finally {
    await removePicked({ dataDirectory }, name)
  }
}

async function removePicked(
  { dataDirectory }: Pick<StoreForImport, 'dataDirectory'>,
  name: string,
): Promise<void> {
  await removeFolder(join(dataDirectory, PICKED, name))
  // Those of other buckets may be in it.
  await removeEmptyFolder(join(dataDirectory, PICKED))
}

/** Whom the key service is asked for. Throws where nobody here owns what comes. */
function contextOf(service: S3Service, { ownerAccountId }: BucketRow): OperationContext {
  const owner = ownerOf(service.accounts, ownerAccountId)
  return contextWithoutRequest(service, {
    caller: rootCaller(owner),
    head: { method: 'PUT', path: '/', query: '', headers: {} },
    bucket: undefined,
    signal: new AbortController().signal,
  })
}
