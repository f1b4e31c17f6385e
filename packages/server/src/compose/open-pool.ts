import { resolve } from 'node:path'
import type { FolderMark } from '../base/folder-mark.ts'
import type { BlobStore } from '../blobs/blob-store.ts'
import { changePoolState, notePoolReached, readPoolState } from '../blobs/engines/ceph/pool-state.ts'
import { openRadosBlobs } from '../blobs/engines/ceph/rados-blobs.ts'
import { RadosPool } from '../blobs/engines/ceph/rados-pool.ts'
import type { CephBlobsConfig } from '../config/blobs-config.ts'
import { assertPoolOurs, claimPool } from './identity/claim-pool.ts'
import type { PlacesContext } from './identity/places-context.ts'
import { otherStore } from './identity/store-refusal.ts'

const DEFAULT_CONFIG_FILE = '/etc/ceph/ceph.conf'

/** A store's blobs in a pool of Ceph. Who has none there does not load this file. */
export interface PoolPlace {
  readonly main: BlobStore
  /** Throws where the pool cannot be reached, or is not the store's any more. */
  readonly checkPool: () => Promise<void>
  /** The newest batch of ids that it has had blobs of. */
  readonly reachedInPool: () => Promise<number>
}

/** Opens the pool of Ceph that a config has the blobs in. */
export function openPool(config: CephBlobsConfig, dataDirectory: string): Promise<RadosPool> {
  const { pool, user, namespace, timeoutSeconds } = config
  return RadosPool.open({
    pool,
    user: user.replace(/^client\./, ''),
    configFile: resolve(dataDirectory, config.configFile ?? DEFAULT_CONFIG_FILE),
    namespace,
    timeoutSeconds,
  })
}

/** For a server: makes sure that the pool is the store's. */
export async function openPoolPlace(context: PlacesContext, config: CephBlobsConfig): Promise<PoolPlace> {
  const { random, clock, batches } = context
  const pool = await openPool(config, context.dataDirectory)
  try {
    await claimPool(context, pool)
  } catch (error) {
    await pool[Symbol.asyncDispose]()
    throw error
  }
  const checkPool = (): Promise<void> => assertPoolOurs(pool, context)
  const reach = (number: number): Promise<void> => notePoolReached(pool, number)
  return {
    main: openRadosBlobs({ pool, random, clock, batches, assertOurs: checkPool, reach }),
    checkPool,
    reachedInPool: async () => (await readPoolState(pool))?.reached ?? 0,
  }
}

/** To look at, or for a store that comes into it now. */
export async function openPoolAlone(
  config: CephBlobsConfig,
  dataDirectory: string,
  mode: 'look' | 'fill',
): Promise<BlobStore> {
  return openRadosBlobs({ pool: await openPool(config, dataDirectory), readOnly: mode === 'look' })
}

export async function markOfPool(
  config: CephBlobsConfig,
  dataDirectory: string,
): Promise<FolderMark | undefined> {
  await using pool = await openPool(config, dataDirectory)
  return (await readPoolState(pool))?.mark
}

/** Marks it as that of a store that comes into it now; throws `StoreRefusal` where it is another's. */
export async function markPool(
  config: CephBlobsConfig,
  dataDirectory: string,
  mark: FolderMark,
): Promise<void> {
  await using pool = await openPool(config, dataDirectory)
  const state = await changePoolState(pool, (found) => (found ? undefined : { mark, reached: 0 }))
  if (state?.mark.storeId !== mark.storeId) throw otherStore(`The pool ${config.pool} of Ceph`)
}
