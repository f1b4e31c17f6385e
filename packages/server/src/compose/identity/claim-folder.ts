import { dirname } from 'node:path'
import type { Disk } from '../../base/disk.ts'
import { type FolderHome, type FolderMark, readMark, replaceMark, writeMark } from '../../base/folder-mark.ts'
import type { Random } from '../../base/random.ts'
import { reachedIn } from '../../blobs/reached.ts'
import type { OrderedStore } from '../../metadata/ordered-store.ts'
import type { Acceptance } from '../../config/acceptance.ts'
import { lookForNamedBlobs } from './named-blobs.ts'
import { holdsBlobs, namesIn } from './remains.ts'
import { isWithin, realPathOf } from './separate-folders.ts'
import type { StoreIdentity } from './store-identity.ts'
import {
  blobsMissing,
  movedStore,
  olderMetadata,
  otherPlace,
  otherStore,
  unknownBlobs,
} from './store-refusal.ts'

export interface ClaimContext {
  readonly identity: StoreIdentity
  readonly metadata: OrderedStore
  readonly disk: Disk
  readonly random: Random
  readonly accepted: ReadonlySet<Acceptance>
  readonly home: FolderHome
}

export interface PlaceFolder {
  /** `blobs`, or the name of a storage class. */
  readonly place: string
  readonly directory: string
}

/**
 * Makes sure that a folder of blobs is the store's own: marks a new one, and throws `StoreRefusal` for one that is not or
 * that blobs are newer in than the metadata. False where the folder that should be there is away: it must not be made.
 */
export async function claimFolder(context: ClaimContext, folder: PlaceFolder): Promise<boolean> {
  const { identity, disk, accepted } = context
  const { place, directory } = folder
  const mark = await readMark(disk, directory)
  if (mark) await assertOurs(context, folder, mark)
  else {
    const named = await lookForNamedBlobs(context.metadata, disk, place, directory)
    const isExpected = (await identity.row()).marked.includes(place)
    if (named === 'gone' || (isExpected && named !== 'there')) {
      if (place !== 'blobs') return false
      if (!accepted.has('lost-blobs')) throw blobsMissing(directory)
    }
    // The data folder's own may hold what crashes left.
    const isStrange = place !== 'blobs' && named === 'none' && (await holdsBlobs(disk, directory))
    if (isStrange) throw unknownBlobs(directory, place)
    await markFolder(context, folder)
  }
  await assertNewest(context, folder)
  await identity.expectMark(place)
  return true
}

async function assertOurs(context: ClaimContext, folder: PlaceFolder, mark: FolderMark): Promise<void> {
  const { identity, disk, random, accepted, home } = context
  const { place, directory } = folder
  if (mark.storeId !== identity.storeId) throw otherStore(directory)
  if (mark.place !== place) throw otherPlace(directory, mark.place, place)
  if (mark.home === undefined || isSameHome(mark.home, home)) return
  if (!accepted.has('moved-store')) throw movedStore(directory, mark.home.path, home.path)
  await replaceMark(disk, random, directory, { ...mark, home })
}

function isSameHome(one: FolderHome, other: FolderHome): boolean {
  return one.path === other.path && one.file === other.file
}

async function markFolder(context: ClaimContext, folder: PlaceFolder): Promise<void> {
  const { identity, disk, random, home } = context
  const { place, directory } = folder
  await disk.makeDirectory(directory, 0o700)
  await disk.syncDirectory(dirname(directory))
  const isInside = isWithin(await realPathOf(disk, directory), home.path)
  const mark = { storeId: identity.storeId, place, ...(!isInside && { home }) }
  // Another process may have been first, of another store even.
  await assertOurs(context, folder, await writeMark(disk, random, directory, mark))
}

async function assertNewest({ identity, disk, accepted }: ClaimContext, folder: PlaceFolder): Promise<void> {
  const reached = reachedIn(await namesIn(disk, folder.directory))
  const { generation } = await identity.row()
  if (reached <= generation) return
  if (!accepted.has('older-metadata')) throw olderMetadata(folder.directory, generation, reached)
  await identity.acceptOlder(reached)
}
