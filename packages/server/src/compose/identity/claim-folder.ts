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
  const found = await lookAtFolder(context, folder)
  if (found === 'away') return false
  if (found === 'new') await markFolder(context, folder)
  else await comeHome(context, folder, found)
  if (context.accepted.has('older-metadata')) {
    const { generation, reached } = await progressOf(context, folder)
    if (reached > generation) await context.identity.acceptOlder(reached)
  }
  await context.identity.expectMark(folder.place)
  return true
}

/** What of that can be told without changing anything: throws the same, or tells the mark that a folder of the store has. */
export async function lookAtFolder(
  context: ClaimContext,
  folder: PlaceFolder,
): Promise<FolderMark | 'new' | 'away'> {
  const { identity, disk, accepted } = context
  const { place, directory } = folder
  const mark = await readMark(disk, directory)
  if (mark) assertMarkedFor(context, folder, mark)
  else {
    const named = await lookForNamedBlobs(context.metadata, disk, place, directory)
    const isExpected = (await identity.row()).marked.includes(place)
    if (named === 'gone' || (isExpected && named !== 'there')) {
      if (place !== 'blobs') return 'away'
      if (!accepted.has('lost-blobs')) throw blobsMissing(directory)
    }
    // The data folder's own may hold what crashes left.
    const isStrange = place !== 'blobs' && named === 'none' && (await holdsBlobs(disk, directory))
    if (isStrange) throw unknownBlobs(directory, place)
  }
  const { generation, reached } = await progressOf(context, folder)
  if (reached > generation && !accepted.has('older-metadata'))
    throw olderMetadata(directory, generation, reached)
  return mark ?? 'new'
}

/** Throws `StoreRefusal` for a mark of another store, of another place, or of another data folder. */
export function assertMarkedFor(
  { identity, accepted, home }: Pick<ClaimContext, 'identity' | 'accepted' | 'home'>,
  folder: PlaceFolder,
  mark: FolderMark,
): void {
  const { place, directory } = folder
  if (mark.storeId !== identity.storeId) throw otherStore(directory)
  if (mark.place !== place) throw otherPlace(directory, mark.place, place)
  if (mark.home === undefined || isSameHome(mark.home, home) || accepted.has('moved-store')) return
  throw movedStore(directory, mark.home.path, home.path)
}

/** A folder of ours that was another data folder's is this one's from now on. */
async function comeHome(context: ClaimContext, { directory }: PlaceFolder, mark: FolderMark): Promise<void> {
  const { disk, random, home } = context
  if (mark.home === undefined || isSameHome(mark.home, home)) return
  await replaceMark(disk, random, directory, { ...mark, home })
}

export function isSameHome(one: FolderHome, other: FolderHome): boolean {
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
  const written = await writeMark(disk, random, directory, mark)
  assertMarkedFor(context, folder, written)
  await comeHome(context, folder, written)
}

/** How many batches of blobs the metadata know of, and how many the folder has had. */
async function progressOf(
  { identity, disk }: ClaimContext,
  { directory }: PlaceFolder,
): Promise<{ readonly generation: number; readonly reached: number }> {
  const reached = reachedIn(await namesIn(disk, directory))
  return { generation: (await identity.row()).generation, reached }
}
