import { resolve } from 'node:path'
import type { Disk } from '../../base/disk.ts'
import { readMark } from '../../base/folder-mark.ts'
import { isForbidden, StorageFault } from '../../base/storage-fault.ts'
import type { BlobStore } from '../../blobs/blob-store.ts'
import { openFileBlobs } from '../../blobs/engines/files.ts'
import { openPlaced } from '../../blobs/engines/placed.ts'
import { ReturningBlobs } from '../../blobs/engines/returning.ts'
import { reachedIn } from '../../blobs/reached.ts'
import { folderOf } from '../../config/blobs-config.ts'
import type { Config } from '../../config/config.ts'
import { classesOf } from '../../config/storage-classes.ts'
import { type ClaimContext, claimFolder, type PlaceFolder } from './claim-folder.ts'
import type { PoolPlace } from '../open-pool.ts'
import type { PlacesContext } from './places-context.ts'
import { namesIn } from './remains.ts'
import type { StoreIdentity } from './store-identity.ts'

export interface OpenedPlaces extends Partial<Pick<PoolPlace, 'checkPool' | 'reachedInPool'>> {
  readonly blobs: BlobStore
}

/** The blobs of a store, in its own folder or pool and in the folders of the storage classes; each is the store's, or is away. */
export async function openPlaces(context: PlacesContext, config: Config): Promise<OpenedPlaces> {
  const { dataDirectory } = context
  const { main, ...pool } = await openMain(context, config)
  const blobs = await openPlaced(main, classesOf(config), (directory, place) =>
    openFolder(context, { place, directory: resolve(dataDirectory, directory) }),
  )
  return { blobs, ...pool }
}

async function openMain(
  context: PlacesContext,
  { blobs }: Config,
): Promise<{ readonly main: BlobStore } | PoolPlace> {
  if (blobs.engine === 'files')
    return {
      main: await openFolder(context, { place: 'blobs', directory: folderOf(context.dataDirectory, blobs) }),
    }
  const { openPoolPlace } = await import('../open-pool.ts')
  return openPoolPlace(context, blobs)
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
  const mark = await readMark(disk, directory).catch((error: unknown) => {
    // Its rights were taken away, as by a `chmod` of everything.
    if (isForbidden(error)) throw new StorageFault('away', `${directory} may not be read`)
    throw error
  })
  const isOurs = mark?.storeId === identity.storeId && mark.place === place
  if (isOurs && (mark.home === undefined || (mark.home.path === home.path && mark.home.file === home.file)))
    return
  throw new StorageFault('away', `${directory} is not there, or is not this store's any more`)
}

/** Whether some folder, or the pool, has had blobs of a batch that the metadata have not come to. */
export async function isOlderThan(
  disk: Disk,
  directories: readonly string[],
  reachedInPool: OpenedPlaces['reachedInPool'],
  identity: StoreIdentity,
): Promise<boolean> {
  const names = await Promise.all(directories.map((directory) => namesIn(disk, directory)))
  // The blobs first: a batch that is made meanwhile is in the metadata before.
  const inPool = reachedInPool === undefined ? 0 : await reachedInPool()
  const reached = Math.max(inPool, ...names.map(reachedIn))
  return reached > (await identity.row()).generation
}
