import { join, resolve } from 'node:path'
import type { Clock } from '../base/clock.ts'
import { systemDisk } from '../base/disk.ts'
import { makeDurableDirectory } from '../base/durable-directory.ts'
import { type FolderHome, readMark } from '../base/folder-mark.ts'
import { systemRandom } from '../base/random.ts'
import type { BlobStore } from '../blobs/blob-store.ts'
import { openMemoryBlobs } from '../blobs/engines/memory.ts'
import { openPlaced } from '../blobs/engines/placed.ts'
import { blobFolderOf } from '../config/blobs-config.ts'
import type { Config } from '../config/config.ts'
import { classesOf } from '../config/storage-classes.ts'
import { DamagedPages } from '../metadata/damaged-pages.ts'
import { openLmdb } from '../metadata/engines/lmdb.ts'
import { openMemory } from '../metadata/engines/memory.ts'
import { BlobBatches } from '../s3/shared/content/blob-batches.ts'
import type { OrderedStore } from '../metadata/ordered-store.ts'
import type { Stores } from '../s3/shared/content/stores.ts'
import type { ServerOptions } from '../server-options.ts'
import { refuseIncompleteCopy } from './identity/check-copy.ts'
import { lookBeforeOpening } from './identity/look-before-opening.ts'
import { openDatabase } from './open-database.ts'
import { openMetadata } from './identity/open-metadata.ts'
import { isOlderThan, openPlaces } from './identity/open-places.ts'
import { assertSeparate, type NamedFolder } from './identity/separate-folders.ts'
import type { StoreGuards } from './store-guards.ts'

/** Where the metadata of a data folder lies. */
export function metadataPath(dataDirectory: string): string {
  return join(dataDirectory, 'metadata')
}

/** Throws where nothing is stored yet. */
export async function assertStored(dataDirectory: string, config: Config): Promise<void> {
  // Metadata in a database leave nothing else there.
  const blobs = blobFolderOf(dataDirectory, config)
  if (blobs === undefined && config.metadata.engine !== 'lmdb') return
  if (blobs !== undefined && (await readMark(systemDisk, blobs))) return
  await assertDataFile(dataDirectory)
}

/** Throws where a data folder holds no file of metadata. */
export async function assertDataFile(dataDirectory: string): Promise<void> {
  const file = await systemDisk.openForRead(join(metadataPath(dataDirectory), 'data.mdb'))
  await file.close()
}

/** The stores of a server, and what the sweep of unreferenced blobs has to know of them. */
export interface OpenStores extends Stores {
  /** Whether the blobs of some place have come further than the metadata; absent where they cannot. */
  readonly isMetadataOlder?: () => Promise<boolean>
  /** Of the metadata. */
  readonly pages: DamagedPages
  /** Throws where the pool that the blobs are in cannot be reached; absent where they are in folders. */
  readonly checkPool?: () => Promise<void>
}

/**
 * Throws `StoreRefusal` for a data folder with pieces that are missing, or of another store. `guards`: of a server; without
 * them nothing is kept free on the disks.
 */
export async function openStores(
  options: ServerOptions,
  clock: Clock,
  guards?: StoreGuards,
): Promise<OpenStores> {
  const { dataDirectory, disk = systemDisk, random = systemRandom, wrapMetadata = (store) => store } = options
  const classes = classesOf(options.config)
  const pages = guards?.pages ?? new DamagedPages()
  if (dataDirectory === undefined) {
    if (options.config.metadata.engine !== 'lmdb')
      throw new Error('Metadata in a database need a data folder.')
    const metadata = wrapMetadata(openMemory({ random }))
    const batches = new BlobBatches(metadata, clock, random)
    const open = (): BlobStore => openMemoryBlobs({ random, clock, batches })
    return { metadata, pages, blobs: await openPlaced(open(), classes, async () => open()) }
  }
  await makeDurableDirectory(disk, dataDirectory, 0o700)
  await assertSeparate(disk, foldersOf(dataDirectory, options))
  const accepted = new Set(options.accept)
  let databaseId: string | undefined
  const open = async (): Promise<OrderedStore> => {
    const { config, openMetadata: isReplaced } = options
    if (isReplaced || config.metadata.engine === 'lmdb')
      return openInFolder(dataDirectory, options, clock, guards, pages)
    // The clock of a test may be set to any time.
    const held = config.testing ? undefined : clock
    const database = await openDatabase(config.metadata, { dataDirectory, disk, random, clock: held })
    databaseId = database.databaseId
    return database
  }
  const opened = await openMetadata({
    path: metadataPath(dataDirectory),
    isFile: options.openMetadata === undefined && options.config.metadata.engine === 'lmdb',
    async open() {
      const engine = wrapMetadata(await open())
      return guards?.watch(engine) ?? engine
    },
    disk,
    clock,
    random,
    dataDirectory,
    accepted,
    beginAnew: options.beginAnew === true,
  })
  const { metadata, identity, dataFile } = opened
  try {
    const home =
      databaseId === undefined
        ? { path: await disk.realPath(dataDirectory), file: await dataFile?.name() }
        : databaseHome(databaseId)
    const batches = new BlobBatches(metadata, clock, random)
    const engines = { disk, random, clock, batches, guards }
    const context = { ...engines, identity, metadata, accepted, home, dataDirectory }
    const { blobs, checkPool, reachedInPool } = await openPlaces(context, options.config)
    const isChecked = opened.isCopy && accepted.has('copy') && !accepted.has('lost-blobs')
    if (isChecked) await refuseIncompleteCopy(metadata, blobs, dataDirectory)
    await dataFile?.remember()
    const directories = placeFolders(dataDirectory, options).map(({ directory }) => directory)
    return {
      metadata,
      blobs,
      pages,
      isMetadataOlder: () => isOlderThan(disk, directories, reachedInPool, identity),
      ...(checkPool && { checkPool }),
    }
  } catch (error) {
    await metadata[Symbol.asyncDispose]()
    throw error
  }
}

/** What folders of a store are marked with whose metadata are in a database. */
export function databaseHome(databaseId: string): FolderHome {
  return { path: `PostgreSQL database ${databaseId}`, file: databaseId }
}

async function openInFolder(
  dataDirectory: string,
  options: ServerOptions,
  clock: Clock,
  guards: StoreGuards | undefined,
  pages: DamagedPages,
): Promise<OrderedStore> {
  const { disk = systemDisk, random = systemRandom } = options
  const path = metadataPath(dataDirectory)
  const guarding = guards?.metadata(path)
  if (options.openMetadata) return options.openMetadata(path, guarding)
  await lookBeforeOpening(path, pages, options.log)
  // Without a server nobody walks through the pages after the start.
  if (!guards) pages.lookedUpTo(undefined)
  return openLmdb({ path, disk, random, clock, pages, ...guarding })
}

/** Every folder that must be one of its own. */
export function foldersOf(dataDirectory: string, options: Pick<ServerOptions, 'config'>): NamedFolder[] {
  const own = ['metadata', 'root-keys'].map((name) => ({ name, directory: join(dataDirectory, name) }))
  return [...own, ...placeFolders(dataDirectory, options)]
}

/** Every folder of blobs. */
export function placeFolders(
  dataDirectory: string,
  { config }: Pick<ServerOptions, 'config'>,
): NamedFolder[] {
  const ofClasses = classesOf(config).flatMap(({ name, directory }) =>
    directory === undefined ? [] : [{ name, directory: resolve(dataDirectory, directory) }],
  )
  const directory = blobFolderOf(dataDirectory, config)
  return directory === undefined ? ofClasses : [{ name: 'blobs', directory }, ...ofClasses]
}

export async function closeStores({ blobs, metadata }: Stores): Promise<void> {
  await blobs[Symbol.asyncDispose]()
  await metadata[Symbol.asyncDispose]()
}
