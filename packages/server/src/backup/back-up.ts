import type { Disk } from '../base/disk.ts'
import type { Random } from '../base/random.ts'
import { errorCode, StorageFault } from '../base/storage-fault.ts'
import type { BlobStore } from '../blobs/blob-store.ts'
import type { OrderedStore, Snapshot } from '../metadata/ordered-store.ts'
import { storeIdentity } from '../metadata/tables/identity-tables.ts'
import { formatTable } from '../metadata/tables/tables.ts'
import { readRow } from '../metadata/transaction.ts'
import { BackupFolder } from './backup-folder.ts'
import { type BackupProgress, BackupTally } from './backup-progress.ts'
import { BackupRefusal } from './backup-refusal.ts'
import { assertFiles } from './check-files.ts'
import { copyBlobs, type CopiedBlobs } from './copy-blobs.ts'
import { type CopiedRows, copyRows } from './copy-rows.ts'
import { forgetMoments, removeStray } from './forget-moments.ts'
import { BACKUP_VERSION, type Moment } from './moment.ts'

export interface BackupOptions {
  readonly metadata: OrderedStore
  readonly blobs: BlobStore
  readonly disk: Disk
  readonly random: Random
  readonly directory: string
  readonly nowMilliseconds: number
  /** Keeps the blobs of the store while they are copied. */
  readonly hold: {
    take(): Promise<void>
    isKept(): Promise<boolean>
    release(): Promise<void>
  }
  /** How many moments are kept; absent: all. */
  readonly keep?: number | undefined
  readonly onProgress: (progress: BackupProgress) => void
  readonly signal: AbortSignal
}

export interface BackedUp {
  readonly moment: Moment
  readonly progress: BackupProgress
  readonly copiedBlobs: number
  readonly forgottenMoments: number
  /** New rows that cannot be read; they are in it as they are. */
  readonly unreadableRows: number
}

/**
 * Adds this moment of a store to a backup. Servers may go on: what the moment names stays until it is copied. Until the
 * last file is written the backup holds what it held before; whatever cuts this off, the next one goes on with the blobs that
 * were copied.
 */
export async function backUp(options: BackupOptions): Promise<BackedUp> {
  const { metadata, hold, disk, random, directory } = options
  const storeId = (await readRow(metadata, storeIdentity))?.storeId
  if (storeId === undefined) throw new BackupRefusal('The store has no id yet: start a server on it once.')
  const folder = await BackupFolder.prepare({ disk, random, directory }, storeId)
  await hold.take()
  try {
    return await copyMoment(options, folder)
  } catch (error) {
    throw isFull(error) ? noSpace(directory, error) : error
  } finally {
    await hold.release()
  }
}

/** Faults of the store are `StorageFault`, so a bare one is of the backup's disk. */
function isFull(error: unknown): boolean {
  return !(error instanceof StorageFault) && ['ENOSPC', 'EDQUOT'].includes(errorCode(error) ?? '')
}

function noSpace(directory: string, cause: unknown): BackupRefusal {
  return new BackupRefusal(
    `There is no space left in ${directory}. The moments that it holds are as they were. Free some, and run the backup again: it goes on with the blobs that it has copied.`,
    { cause },
  )
}

async function copyMoment(options: BackupOptions, folder: BackupFolder): Promise<BackedUp> {
  const { keep, hold } = options
  const numbers = await folder.numbers()
  const previous = await newestUsable(folder, numbers)
  const wasCutOff = await folder.begin()
  const number = (numbers.at(-1) ?? 0) + 1
  const tally = new BackupTally(previous?.rows ?? 0, options.onProgress)
  const rows = await copySnapshot(options, folder, { number, previous, tally })
  tally.endRows(rows.blobRows)
  const blobs = await copyBlobs({
    blobs: options.blobs,
    folder,
    moment: { number, index: rows.index },
    onBlobs: (count, bytes) => tally.addBlobs(count, bytes),
    signal: options.signal,
  })
  if (!(await hold.isKept()))
    throw new BackupRefusal(
      'The servers took this backup for dead, since it was held up for a minute or a clock was set: blobs may be missing. Run it again; it goes on with what it has.',
    )
  const moment = momentOf(options, folder, number, rows, blobs)
  await folder.writeMoment(moment)
  const forgottenMoments = keep === undefined ? 0 : await forgetMoments(folder, keep)
  if (wasCutOff || forgottenMoments > 0) await removeStray(folder)
  await folder.end()
  return {
    moment,
    progress: tally.progress,
    copiedBlobs: blobs.copiedBlobs,
    forgottenMoments,
    unreadableRows: rows.unreadableRows,
  }
}

/** The snapshot is let go of as soon as its rows are copied: it keeps old pages of the metadata from being used again. */
async function copySnapshot(
  { metadata, signal }: BackupOptions,
  folder: BackupFolder,
  { number, previous, tally }: { number: number; previous: Moment | undefined; tally: BackupTally },
): Promise<CopiedRows & Pick<Moment, 'storeFormat'>> {
  await using snapshot = await metadata.snapshot()
  const onRows = (rows: number, bytes: number): void => tally.addRows(rows, bytes)
  const copy = (known: Moment | undefined): Promise<CopiedRows> =>
    copyRows({ snapshot, folder, number, previous: known, onRows, signal })
  const storeFormat = await formatOf(snapshot)
  try {
    return { storeFormat, ...(await copy(previous)) }
  } catch (error) {
    // The index of the moment before is damaged. It saves no work then, and is left for `verify` to tell.
    if (!previous || !(error instanceof BackupRefusal)) throw error
    return { storeFormat, ...(await copy(undefined)) }
  } finally {
    await folder.syncRows()
  }
}

async function formatOf(snapshot: Snapshot): Promise<number> {
  const [entry] = await snapshot.scan({ ...formatTable.range(), limit: 1 })
  return entry ? formatTable.decode(entry).version : 1
}

function momentOf(
  { nowMilliseconds }: BackupOptions,
  { storeId }: BackupFolder,
  number: number,
  { rows, index, packs, storeFormat }: CopiedRows & Pick<Moment, 'storeFormat'>,
  { blobs, lostBlobs }: CopiedBlobs,
): Moment {
  return {
    version: BACKUP_VERSION,
    number,
    storeId,
    takenMilliseconds: nowMilliseconds,
    storeFormat,
    rows,
    index,
    packs,
    blobs,
    lostBlobs,
  }
}

/** The newest moment whose files are there; others save no work, and are left as they are. */
async function newestUsable(folder: BackupFolder, numbers: readonly number[]): Promise<Moment | undefined> {
  for (const number of numbers.toReversed()) {
    try {
      const moment = await folder.moment(number)
      await assertFiles(folder, moment)
      return moment
    } catch (error) {
      if (!(error instanceof BackupRefusal)) throw error
    }
  }
  return undefined
}
