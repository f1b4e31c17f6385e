import { join, resolve } from 'node:path'
import { BackupFolder } from '../backup/backup-folder.ts'
import { BackupRefusal } from '../backup/backup-refusal.ts'
import { assertWhole, wrongSize } from '../backup/check-files.ts'
import type { Moment } from '../backup/moment.ts'
import { openMoment } from '../backup/open-moment.ts'
import { assertBlobs, restoreBlobs } from '../backup/restore-blobs.ts'
import { restoreRows } from '../backup/restore-rows.ts'
import { systemDisk } from '../base/disk.ts'
import { makeDurableDirectory } from '../base/durable-directory.ts'
import { type FileIdentity, identifyFile, isSameFile } from '../base/file-identity.ts'
import { systemRandom } from '../base/random.ts'
import { errorCode } from '../base/storage-fault.ts'
import { blobFolderOf } from '../config/blobs-config.ts'
import type { Config, StorageClassConfig } from '../config/config.ts'
import { classesOf } from '../config/storage-classes.ts'
import { openLmdb } from '../metadata/engines/lmdb.ts'
import type { BackupPlace } from './backup-place.ts'
import { namesIn } from './identity/remains.ts'
import {
  beginRestoration,
  endRestoration,
  readRestoration,
  type Restoration,
} from './identity/restoration.ts'
import { blobsMark, foundIn, markBlobs, openBlobsToFill } from './new-places.ts'
import { metadataPath } from './open-stores.ts'
import { assertRestorable, restoreIntoDatabase } from './restore-into-database.ts'

export interface RestoreProgress {
  readonly blobs: number
  readonly totalBlobs: number
  readonly bytes: number
  readonly rows: number
  readonly totalRows: number
}

export interface RestoreWishes {
  readonly config: Config
  readonly dataDirectory: string
  readonly place: BackupPlace
  /** Files of the backup become files of the store, where they are on one disk: quicker, but no second copy. */
  readonly links?: boolean
  /** Absent: the newest. */
  readonly moment?: number | undefined
  readonly onProgress: (progress: RestoreProgress) => void
  /** Of each blob that the backup has damaged or lacks; all else comes then. Absent: such a moment is refused. */
  readonly onDamaged?: ((problem: string) => void) | undefined
}

/** Where the metadata are until they are whole. */
const HALF_MADE = 'metadata-restoring'
/** The places that have their marks from here; those of storage classes get theirs at the first start. */
const MARKED = ['blobs', 'root-keys']

/**
 * Makes a store of a moment of a backup, in an empty data folder. Whatever cuts it off, no server opens what is there, and
 * the same command goes on. Throws `BackupRefusal`, with nothing changed, for a moment that is not whole.
 */
export async function restoreStore(wishes: RestoreWishes): Promise<Moment> {
  const { place, dataDirectory } = wishes
  const { disk, directory } = place
  const folder = await BackupFolder.open({ disk, random: systemRandom, directory })
  const moment = await openMoment(folder, wishes.moment)
  const begun = await begunOf(dataDirectory, folder, moment)
  const classes = classesOf(wishes.config).filter(({ directory: own }) => own !== undefined)
  if (!begun) await assertEmpty(wishes, classes)
  await assertMetadata(wishes, begun)
  await assertPlaces(folder, classes)
  await assertWhole(folder, moment)
  if (!wishes.onDamaged) await assertBlobs(folder, moment, (blob) => wrongSize(disk, blob))
  const { token } = await begin(wishes, folder, moment, begun)
  await bring(wishes, { folder, moment, token })
  await endRestoration(systemDisk, dataDirectory)
  return moment
}

/** What a run before began with that very moment. */
async function begunOf(
  dataDirectory: string,
  { storeId }: BackupFolder,
  { number }: Moment,
): Promise<Restoration | undefined> {
  const begun = await readRestoration(systemDisk, dataDirectory)
  if (!begun || (begun.storeId === storeId && begun.moment === number)) return begun
  throw new BackupRefusal(
    `A restoration of moment ${begun.moment} of ${begun.backup} was begun in ${dataDirectory}, and is not finished. Finish that with --moment ${begun.moment}, or empty the folder.`,
  )
}

/** A run that goes on may have another config than the one before. */
async function assertMetadata(
  { config: { metadata }, dataDirectory }: RestoreWishes,
  begun: Restoration | undefined,
): Promise<void> {
  if (metadata.engine !== 'postgresql') return
  if ((await namesIn(systemDisk, dataDirectory)).includes('metadata'))
    throw new BackupRefusal(
      `The metadata were restored into ${dataDirectory} itself, and the config names a database. Finish it with the config that it was begun with, or empty the folder.`,
    )
  await assertRestorable(metadata, dataDirectory, begun?.token)
}

async function assertEmpty(
  { dataDirectory, config }: RestoreWishes,
  classes: readonly StorageClassConfig[],
): Promise<void> {
  const inData = await foundIn(dataDirectory)
  if (inData.length > 0)
    throw new BackupRefusal(
      `${dataDirectory} is not empty: ${inData.slice(0, 5).join(', ')}. Restore into an empty folder, or one that does not exist yet, with --data.`,
    )
  const folders = classes.map(({ name, directory = '' }) => ({
    path: resolve(dataDirectory, directory),
    of: `the storage class ${name}`,
  }))
  const blobs = blobFolderOf(dataDirectory, config)
  const all = [...(blobs === undefined ? [] : [{ path: blobs, of: 'the blobs' }]), ...folders]
  for (const { path, of } of all) {
    if ((await foundIn(path)).length > 0)
      throw new BackupRefusal(`${path}, the folder of ${of}, is not empty. Name an empty one in the config.`)
  }
  if (blobs === undefined && (await blobsMark(dataDirectory, config)))
    throw new BackupRefusal('The pool of the config has the blobs of a store already. Name an empty one.')
}

/** Every place that a blob of the backup was in needs a folder. */
async function assertPlaces(folder: BackupFolder, classes: readonly StorageClassConfig[]): Promise<void> {
  for (const place of await folder.names('places')) {
    if (!classes.some(({ name }) => name === place))
      throw new BackupRefusal(
        `The backup has objects in a folder of the storage class ${place}. Give that class a directory in the config, and name the config with --config.`,
      )
  }
}

async function begin(
  { dataDirectory, config }: RestoreWishes,
  { storeId, directory }: BackupFolder,
  { number }: Moment,
  begun: Restoration | undefined,
): Promise<Restoration> {
  await makeDurableDirectory(systemDisk, dataDirectory, 0o700)
  const token = systemRandom.bytes(16).toString('hex')
  const restoration = begun ?? { storeId, moment: number, backup: directory, token }
  if (!begun) await beginRestoration(systemDisk, systemRandom, dataDirectory, restoration)
  await markBlobs(dataDirectory, config, storeId)
  return restoration
}

interface Begun {
  readonly folder: BackupFolder
  readonly moment: Moment
  readonly token: string | undefined
}

async function bring(
  { config, dataDirectory, place, links = false, onProgress, onDamaged }: RestoreWishes,
  { folder, moment, token }: Begun,
): Promise<void> {
  const { signal } = new AbortController()
  const names = await systemDisk.list(dataDirectory)
  // Cut off after the last step.
  if (names.includes('metadata')) return
  const progress = { blobs: 0, totalBlobs: moment.blobs, bytes: 0, rows: 0, totalRows: moment.rows }
  await using blobs = await openBlobsToFill(dataDirectory, config)
  const onBlobs = (count: number, bytes: number): void => {
    progress.blobs += count
    progress.bytes += bytes
    onProgress(progress)
  }
  const linking = links && place.isFolder
  await restoreBlobs({ folder, moment, blobs, links: linking, onBlobs, onDamaged, signal })
  const onRows = (count: number): void => {
    progress.rows += count
    onProgress(progress)
  }
  const rows = { folder, moment, marked: MARKED, onRows, signal }
  if (config.metadata.engine === 'postgresql')
    return restoreIntoDatabase(config.metadata, dataDirectory, { ...rows, token })
  const path = join(dataDirectory, HALF_MADE)
  await emptyFolder(path)
  let written: FileIdentity | undefined
  {
    await using metadata = await openLmdb({ path, random: systemRandom })
    written = await identifyFile(join(path, 'data.mdb'))
    await restoreRows({ ...rows, metadata })
  }
  const found = await identifyFile(join(path, 'data.mdb'))
  if (!written || !found || !isSameFile(written, found))
    throw new BackupRefusal(`Another restoration into ${dataDirectory} is under way. Wait for its end.`)
  await systemDisk.rename(path, metadataPath(dataDirectory))
  await systemDisk.syncDirectory(dataDirectory)
}

/** Of what a run before left half made. */
async function emptyFolder(path: string): Promise<void> {
  for (const name of await namesIn(systemDisk, path)) {
    await systemDisk.remove(join(path, name)).catch((error: unknown) => {
      if (errorCode(error) !== 'ENOENT') throw error
    })
  }
}
