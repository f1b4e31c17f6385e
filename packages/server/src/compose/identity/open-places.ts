import { resolve } from 'node:path'
import type { Clock } from '../../base/clock.ts'
import type { Disk } from '../../base/disk.ts'
import { readMark } from '../../base/folder-mark.ts'
import { StorageFault } from '../../base/storage-fault.ts'
import type { BlobBatch, BlobStore } from '../../blobs/blob-store.ts'
import { openFileBlobs } from '../../blobs/engines/files.ts'
import { openPlaced } from '../../blobs/engines/placed.ts'
import { ReturningBlobs } from '../../blobs/engines/returning.ts'
import { reachedIn } from '../../blobs/reached.ts'
import { blobFolderOf } from '../../config/blobs-config.ts'
import type { Config } from '../../config/config.ts'
import { classesOf } from '../../config/storage-classes.ts'
import { type ClaimContext, claimFolder, type PlaceFolder } from './claim-folder.ts'
import { namesIn } from './remains.ts'
import type { StoreGuards } from '../store-guards.ts'
import type { StoreIdentity } from './store-identity.ts'

export interface PlacesContext extends ClaimContext {
  readonly clock: Clock
  readonly batches: { current(): Promise<BlobBatch> }
  readonly dataDirectory: string
  readonly guards?: StoreGuards | undefined
}

/** The blobs of a data folder, in its own folder and those of the storage classes; each is the store's, or is away. */
export async function openPlaces(context: PlacesContext, config: Config): Promise<BlobStore> {
  const { dataDirectory } = context
  const main = await openFolder(context, { place: 'blobs', directory: blobFolderOf(dataDirectory, config) })
  return openPlaced(main, classesOf(config), (directory, place) =>
    openFolder(context, { place, directory: resolve(dataDirectory, directory) }),
  )
}

async function openFolder(context: PlacesContext, folder: PlaceFolder): Promise<BlobStore> {
  const { disk, random, clock, batches, guards } = context
  const { directory } = folder
  const open = async (): Promise<BlobStore | undefined> => {
    if (!(await claimFolder(context, folder))) return undefined
    const assertOurs = (): Promise<void> => assertStillOurs(context, folder)
    const space = guards?.blobs(directory, folder.place)
    return openFileBlobs({ directory, disk, random, clock, batches, assertOurs, ...(space && { space }) })
  }
  return (await open()) ?? new ReturningBlobs(folder.place, open, clock)
}

/** For a folder that was claimed: another may be mounted there now, or another store may have taken it over. */
async function assertStillOurs(
  { disk, identity, home }: ClaimContext,
  { directory, place }: PlaceFolder,
): Promise<void> {
  const mark = await readMark(disk, directory)
  const isOurs = mark?.storeId === identity.storeId && mark.place === place
  if (isOurs && (mark.home === undefined || (mark.home.path === home.path && mark.home.file === home.file)))
    return
  throw new StorageFault('away', `${directory} is not there, or is not this store's any more`)
}

/** Whether some folder has had blobs of a batch that the metadata have not come to. */
export async function isOlderThan(
  disk: Disk,
  directories: readonly string[],
  identity: StoreIdentity,
): Promise<boolean> {
  const names = await Promise.all(directories.map((directory) => namesIn(disk, directory)))
  // The blobs first: a batch that is made meanwhile is in the metadata before.
  const reached = Math.max(...names.map(reachedIn))
  return reached > (await identity.row()).generation
}
