import { StorageFault } from '../../base/storage-fault.ts'
import type { FolderHome, FolderMark } from '../../base/folder-mark.ts'
import { changePoolState, readPoolState } from '../../blobs/engines/ceph/pool-state.ts'
import type { RadosPool } from '../../blobs/engines/ceph/rados-pool.ts'
import { assertMarkedFor, type ClaimContext, isSameHome } from './claim-folder.ts'
import { blobsMissing, olderMetadata } from './store-refusal.ts'

type PoolContext = Omit<ClaimContext, 'disk' | 'random'>

const PLACE = 'blobs'

/** What `claimFolder` is for a folder: the pool is the store's own after it, or it throws `StoreRefusal`. */
export async function claimPool(context: PoolContext, pool: RadosPool): Promise<void> {
  const { identity, accepted, home } = context
  await lookAtPool(context, pool)
  const mark: FolderMark = { storeId: identity.storeId, place: PLACE, home }
  const state = await changePoolState(pool, (found) => {
    if (found) assertMarkedFor(context, folderOf(pool), found.mark)
    const isAtHome = found !== undefined && found.mark.home !== undefined && isSameHome(found.mark.home, home)
    return isAtHome ? undefined : { mark, reached: found?.reached ?? 0 }
  })
  const { generation } = await identity.row()
  if (state && state.reached > generation && accepted.has('older-metadata'))
    await identity.acceptOlder(state.reached)
  await identity.expectMark(PLACE)
}

/** What of that can be told without changing anything. */
export async function lookAtPool(context: PoolContext, pool: RadosPool): Promise<void> {
  const { identity, accepted } = context
  const state = await readPoolState(pool)
  const { generation, marked } = await identity.row()
  const folder = folderOf(pool)
  if (state) assertMarkedFor(context, folder, state.mark)
  else if (marked.includes(PLACE) && !accepted.has('lost-blobs')) throw blobsMissing(folder.directory)
  if (state && state.reached > generation && !accepted.has('older-metadata'))
    throw olderMetadata(folder.directory, generation, state.reached)
}

/** Throws for a pool that was claimed and is another store's by now, or nobody's. */
export async function assertPoolOurs(
  pool: RadosPool,
  { identity, home }: { readonly identity: { readonly storeId: string }; readonly home: FolderHome },
): Promise<void> {
  const mark = (await readPoolState(pool))?.mark
  const isOurs = mark?.storeId === identity.storeId && mark.place === PLACE
  if (isOurs && (mark.home === undefined || isSameHome(mark.home, home))) return
  throw new StorageFault('away', `the pool ${pool.name} is not this store's any more`)
}

/** As messages name it. */
function folderOf(pool: RadosPool): { readonly place: string; readonly directory: string } {
  return { place: PLACE, directory: `The pool ${pool.name} of Ceph` }
}
