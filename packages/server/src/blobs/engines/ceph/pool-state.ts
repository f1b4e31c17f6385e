import type { FolderMark } from '../../../base/folder-mark.ts'
import { StorageFault } from '../../../base/storage-fault.ts'
import { radosFault } from './rados-fault.ts'
import { isAbsent, isChanged } from './rados-error.ts'
import type { RadosPool } from './rados-pool.ts'

/** Whose a pool is, or its namespace, and how far its blobs have come; as the marks of a folder. */
export interface PoolState {
  readonly mark: FolderMark
  /** The newest batch of ids that it has had blobs of. */
  readonly reached: number
}

const NAME = 'store.json'
const MOST_BYTES = 64 * 1024
const ATTEMPTS = 20

/** `undefined` for a pool that is nobody's. */
export async function readPoolState(pool: RadosPool): Promise<PoolState | undefined> {
  return (await read(pool))?.state
}

/** Puts in place what `change` makes of what is there, whoever does so at once; `undefined` leaves it. Gives what is there then. */
export async function changePoolState(
  pool: RadosPool,
  change: (state: PoolState | undefined) => PoolState | undefined,
): Promise<PoolState | undefined> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const found = await read(pool)
    const wanted = change(found?.state)
    if (!wanted) return found?.state
    try {
      const pieces = [Buffer.from(`${JSON.stringify(wanted, undefined, 2)}\n`)]
      await pool.change(NAME, { pieces, expect: found?.version ?? 'absent' })
      return wanted
    } catch (error) {
      if (!isChanged(error)) throw radosFault(error, 'mark the pool of blobs')
    }
  }
  throw new StorageFault('unavailable', 'the mark of the pool is changed again and again')
}

/** Before the first blob of a batch, so that metadata from before it can be told from newer ones. */
export async function notePoolReached(pool: RadosPool, number: number): Promise<void> {
  await changePoolState(pool, (state) => {
    if (!state) throw new StorageFault('away', `the pool ${pool.name} has lost its mark (${NAME})`)
    return state.reached >= number ? undefined : { ...state, reached: number }
  })
}

async function read(pool: RadosPool): Promise<{ state: PoolState; version: bigint } | undefined> {
  const into = Buffer.alloc(MOST_BYTES)
  try {
    const { bytesRead, version } = await pool.read(NAME, into, 0)
    return { state: parse(into.toString('utf8', 0, bytesRead), pool), version }
  } catch (error) {
    if (isAbsent(error)) return undefined
    throw radosFault(error, 'read the mark of the pool of blobs')
  }
}

function parse(text: string, pool: RadosPool): PoolState {
  try {
    const { mark, reached } = JSON.parse(text) as PoolState
    if (typeof mark.storeId === 'string' && typeof mark.place === 'string' && Number.isSafeInteger(reached))
      return { mark, reached }
  } catch {
    // Told below.
  }
  throw new StorageFault('corrupt', `the mark (${NAME}) in the pool ${pool.name} does not say whose it is`)
}
