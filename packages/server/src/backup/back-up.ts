import type { Disk } from '../base/disk.ts'
import type { Random } from '../base/random.ts'
import { errorCode, StorageFault } from '../base/storage-fault.ts'
import type { BlobStore } from '../blobs/blob-store.ts'
import type { OrderedStore, Snapshot } from '../metadata/ordered-store.ts'
import { storeIdentity } from '../metadata/tables/identity-tables.ts'
import { formatTable } from '../metadata/tables/tables.ts'
import { readRow } from '../metadata/transaction.ts'
import { BackupFolder } from './backup-folder.ts'
import { beginPoint, endPoint } from './backup-points.ts'
import { type BackupProgress, BackupTally } from './backup-progress.ts'
import { BackupRefusal } from './backup-refusal.ts'
import { assertFiles } from './check-files.ts'
import { copyBlobs, type CopiedBlobs } from './copy-blobs.ts'
import { copyChanges, takesChanges } from './copy-changes.ts'
import { type CopiedRows, copyRows, type RowCopy } from './copy-rows.ts'
import { forgetMoments, removeStray } from './forget-moments.ts'
import { type BackupPoint, type Moment, type NamedFiles, versionOf } from './moment.ts'

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
    return await copyWithSpace(options, folder)
  } finally {
    await hold.release()
  }
}

/** Faults of the store are `StorageFault`, so a bare one is of the backup's disk. */
function isFull(error: unknown): boolean {
  return !(error instanceof StorageFault) && ['ENOSPC', 'EDQUOT'].includes(errorCode(error) ?? '')
}

function noSpace(directory: string, forgottenMoments: number): BackupRefusal {
  const forgotten =
    forgottenMoments > 0 ? `, but for ${forgottenMoments} older ones that --keep lets go of` : ''
  return new BackupRefusal(
    `There is no space left in ${directory}. The moments that it holds are as they were${forgotten}. Free some, or --keep fewer, and run the backup again: it goes on with the blobs that it has copied.`,
  )
}

/** Where the disk is full, what would go after the new moment goes before it: the disk would stay full otherwise. */
async function copyWithSpace(options: BackupOptions, folder: BackupFolder): Promise<BackedUp> {
  const making: Making = {}
  let forgotten = 0
  try {
    return await copyMoment(options, folder, making)
  } catch (error) {
    if (!isFull(error)) throw error
    forgotten = await makeRoom(options, folder, making)
  }
  try {
    const made = await copyMoment(options, folder, {})
    return { ...made, forgottenMoments: made.forgottenMoments + forgotten }
  } catch (error) {
    throw isFull(error) ? noSpace(options.directory, forgotten) : error
  }
}

/** Spares the newest moment that is whole, and what was copied for the one that is made. Returns how many moments were forgotten. */
async function makeRoom({ keep }: BackupOptions, folder: BackupFolder, { files }: Making): Promise<number> {
  const whole = await newestUsable(folder, await folder.numbers())
  const isForgetting = keep !== undefined && whole !== undefined
  // The new one will be one of those that are kept.
  const forgotten = isForgetting ? await forgetMoments(folder, Math.max(1, keep - 1), whole.number) : 0
  await removeStray(folder, files)
  return forgotten
}

/** How far a moment is. */
interface Making {
  /** Once its rows are copied. */
  files?: NamedFiles
}

async function copyMoment(options: BackupOptions, folder: BackupFolder, making: Making): Promise<BackedUp> {
  const { keep, hold } = options
  const numbers = await folder.numbers()
  const previous = await newestUsable(folder, numbers)
  const wasCutOff = await folder.begin()
  const number = (numbers.at(-1) ?? 0) + 1
  const tally = new BackupTally(previous?.rows ?? 0, options.onProgress)
  const { point, since } = await beginPoint(options, folder, previous)
  const rows = await copySnapshot(options, folder, { number, previous, since, tally })
  making.files = { number, ...rows }
  tally.endRows(rows.blobRows)
  const blobs = await copyBlobs({
    blobs: options.blobs,
    folder,
    // What changed names the blobs that are new.
    moment: { number, index: rows.index },
    onBlobs: (count, bytes) => tally.addBlobs(count, bytes),
    signal: options.signal,
  })
  if (!(await hold.isKept()))
    throw new BackupRefusal(
      'The servers took this backup for dead, since it was held up for a minute or a clock was set: blobs may be missing. Run it again; it goes on with what it has.',
    )
  const moment = momentOf(options, folder, { number, point, rows, blobs })
  await folder.writeMoment(moment)
  await endPoint(options, folder, moment)
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

interface RowsToCopy {
  readonly number: number
  readonly previous: Moment | undefined
  /** The mark of the moment before, where what changed since can be asked for. */
  readonly since: string | undefined
  readonly tally: BackupTally
}

/** The snapshot is let go of as soon as its rows are copied: it keeps old pages of the metadata from being used again. */
async function copySnapshot(
  { metadata, signal }: BackupOptions,
  folder: BackupFolder,
  { number, previous, since, tally }: RowsToCopy,
): Promise<CopiedRows & Pick<Moment, 'storeFormat'>> {
  await using snapshot = await metadata.snapshot()
  const onRows = (rows: number, bytes: number): void => tally.addRows(rows, bytes)
  const copy = { folder, number, onRows, signal }
  const storeFormat = await formatOf(snapshot)
  const isTaking = previous?.storeFormat === storeFormat && takesChanges(previous)
  try {
    const changed =
      isTaking && since !== undefined && (await copyChanged({ ...copy, snapshot, previous }, since))
    return { storeFormat, ...(changed || (await copyRows({ ...copy, snapshot, previous }))) }
  } catch (error) {
    // The index of the moment before is damaged. It saves no work then, and is left for `verify` to tell.
    if (!previous || !(error instanceof BackupRefusal)) throw error
    return { storeFormat, ...(await copyRows({ ...copy, snapshot, previous: undefined })) }
  } finally {
    await folder.syncRows()
  }
}

/** `undefined` where it has to be found out by reading everything: pages that cannot be read are told of there. */
async function copyChanged(
  { snapshot, ...copy }: RowCopy & { readonly previous: Moment },
  since: string,
): Promise<CopiedRows | undefined> {
  try {
    const changes = await snapshot.changesSince?.(since)
    return changes && (await copyChanges({ ...copy, changes }))
  } catch (error) {
    if (!(error instanceof StorageFault)) throw error
    return undefined
  }
}

async function formatOf(snapshot: Snapshot): Promise<number> {
  const [entry] = await snapshot.scan({ ...formatTable.range(), limit: 1 })
  return entry ? formatTable.decode(entry).version : 1
}

interface NewMoment {
  readonly number: number
  readonly point: BackupPoint | undefined
  readonly rows: CopiedRows & Pick<Moment, 'storeFormat'>
  readonly blobs: CopiedBlobs
}

function momentOf(
  { nowMilliseconds }: BackupOptions,
  { storeId }: BackupFolder,
  { number, point, rows: copied, blobs: copiedBlobs }: NewMoment,
): Moment {
  const { rows, index, below, packs, storeFormat, knownBlobs } = copied
  const { blobs, lostBlobs } = copiedBlobs
  return {
    version: versionOf({ below }),
    number,
    storeId,
    takenMilliseconds: nowMilliseconds,
    storeFormat,
    rows,
    index,
    ...(below && { below }),
    packs,
    blobs: knownBlobs ?? blobs,
    lostBlobs,
    ...(point && { point }),
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
