import { join } from 'node:path'
import { type RowsThere, rowsIn } from '../backup/rows-there.ts'
import { systemClock } from '../base/clock.ts'
import { systemDisk } from '../base/disk.ts'
import { makeDurableDirectory } from '../base/durable-directory.ts'
import { readMark } from '../base/folder-mark.ts'
import { systemRandom } from '../base/random.ts'
import { folderOf } from '../config/blobs-config.ts'
import type { Config } from '../config/config.ts'
import { openLmdb } from '../metadata/engines/lmdb.ts'
import type { OrderedStore } from '../metadata/ordered-store.ts'
import { CopyRefusal } from '../store-copy/copy-refusal.ts'
import { type Copying, noteCopying, readCopying } from './identity/copying.ts'
import { blobsMark, foundIn, markBlobs } from './new-places.ts'
import { openDatabase } from './open-database.ts'
import { metadataPath, placeFolders } from './open-stores.ts'

/** A store, as its servers are told of it. */
export interface StorePlace {
  readonly config: Config
  readonly dataDirectory: string
}

/** The places that have their marks from here; those of storage classes get theirs at the first start. */
export const MARKED_BY_COPY = ['blobs', 'root-keys']

/** What the folders of a destination say: a copy that was begun, or that there are blobs of the store. */
export interface Destination {
  readonly begun?: Copying
  readonly isMarked: boolean
}

/** Throws `CopyRefusal` where there is anything in the folders but a copy of that very store. */
export async function lookAtDestination(
  { config, dataDirectory }: StorePlace,
  storeId: string,
): Promise<Destination> {
  const begun = await readCopying(systemDisk, dataDirectory)
  const mark = await blobsMark(dataDirectory, config)
  if (begun?.storeId === storeId && mark?.storeId === storeId) return { begun, isMarked: true }
  if (begun?.storeId === storeId && mark === undefined) {
    // What was read back was in another place, or there is nothing yet.
    if (config.blobs.engine === 'files') await assertEmpty([folderOf(dataDirectory, config.blobs)])
    return { begun: { ...begun, checkedUpTo: undefined }, isMarked: false }
  }
  if (begun && begun.storeId !== storeId)
    throw new CopyRefusal(
      `A copy of ${begun.from} was begun in ${dataDirectory}, and is not finished. Finish that, or empty the folder.`,
    )
  if (mark && mark.storeId !== storeId && (begun || config.blobs.engine === 'ceph'))
    throw new CopyRefusal(
      'The place that the config of the destination names for blobs has those of another store. Name an empty one.',
    )
  if (mark?.storeId === storeId) return { isMarked: true }
  const places = placeFolders(dataDirectory, { config })
  await assertEmpty([dataDirectory, ...places.map(({ directory }) => directory)])
  const { storeId: ofKeys } = (await readMark(systemDisk, join(dataDirectory, 'root-keys'))) ?? {}
  if (ofKeys !== undefined && ofKeys !== storeId)
    throw new CopyRefusal(`The root keys in ${dataDirectory} are those of another store.`)
  return { isMarked: false }
}

async function assertEmpty(folders: readonly string[]): Promise<void> {
  for (const folder of folders) {
    const found = await foundIn(folder)
    if (found.length > 0)
      throw new CopyRefusal(
        `${folder} is not empty: ${found.slice(0, 5).join(', ')}. Copy into an empty folder, or one that does not exist yet.`,
      )
  }
}

/**
 * Throws `CopyRefusal` always: there are blobs of the store where it is to come, and no copy is under way there. Says whether the store
 * is there whole, or a copy of it was begun from another folder.
 */
export async function refuseMarked(
  place: StorePlace,
  storeId: string,
  isFilledBy: (metadata: OrderedStore) => Promise<boolean>,
): Promise<never> {
  const { config, dataDirectory } = place
  const isLmdb = config.metadata.engine === 'lmdb'
  // They would be made by opening them.
  if (!isLmdb || (await foundIn(metadataPath(dataDirectory))).length > 0) {
    await using metadata = await openMetadata(place)
    const there = await rowsIn(metadata)
    if (there.kind === 'whole' && there.storeId === storeId && (await isFilledBy(metadata)))
      throw new CopyRefusal(
        `${dataDirectory} has this very store already, copied to its end. Start its servers; or empty the folder and the database, to copy it anew.`,
      )
  }
  throw new CopyRefusal(
    `The place that the config of the destination names for blobs has some of this store, but ${dataDirectory} says nothing of a copy. Go on with the folder in which it was begun; or empty this one, the place of the blobs and the database.`,
  )
}

export interface CopiedFrom {
  readonly storeId: string
  /** Whether the folders say that a copy of it was begun. */
  readonly isBegun: boolean
  /** Of the database that its metadata are in. */
  readonly databaseId?: string
}

/** Opens the metadata that the copy is to be in, and tells what is there. Throws `CopyRefusal` for rows of anything else. */
export async function openMetadataToFill(
  place: StorePlace,
  { storeId, isBegun, databaseId }: CopiedFrom,
): Promise<{ readonly metadata: OrderedStore; readonly there: RowsThere }> {
  const metadata = await openMetadata(place)
  try {
    const there = await rowsIn(metadata)
    const isSame = databaseId !== undefined && 'databaseId' in metadata && metadata.databaseId === databaseId
    if (!isSame && isOurs(there, storeId, isBegun)) return { metadata, there }
    throw new CopyRefusal(
      'The metadata of the destination hold a store already, or are being restored. Name an empty database in its config.',
    )
  } catch (error) {
    await metadata[Symbol.asyncDispose]()
    throw error
  }
}

function openMetadata({ config: { metadata }, dataDirectory }: StorePlace): Promise<OrderedStore> {
  const engines = { dataDirectory, disk: systemDisk, random: systemRandom, clock: systemClock }
  if (metadata.engine === 'postgresql') return openDatabase(metadata, engines)
  return openLmdb({ path: metadataPath(dataDirectory), random: systemRandom })
}

function isOurs(there: RowsThere, storeId: string, isBegun: boolean): boolean {
  if (there.kind === 'none') return true
  return there.kind === 'unfinished' ? there.copyOf === storeId : isBegun && there.storeId === storeId
}

/** Says in the folders of the destination what comes into them; a run before may have come to some of it. */
export async function beginDestination(
  { config, dataDirectory }: StorePlace,
  copying: Copying,
): Promise<void> {
  await makeDurableDirectory(systemDisk, dataDirectory, 0o700)
  await noteCopying(systemDisk, systemRandom, dataDirectory, copying)
  await markBlobs(dataDirectory, config, copying.storeId)
}
