import { StorageFault } from '../../../base/storage-fault.ts'
import { type BlobHead, decodeHead, encodeHead, HEAD_BYTES, stripeName } from './blob-head.ts'
import { radosFault } from './rados-fault.ts'
import { isAbsent, isChanged } from './rados-error.ts'
import type { ObjectChange, RadosPool } from './rados-pool.ts'

export interface FoundHead {
  readonly head: BlobHead
  readonly version: bigint
  /** What was read behind the head. */
  readonly bytes: Buffer
}

/** So many objects are removed at a time. */
const REMOVED_AT_ONCE = 16

/** `bytes`: how many more to read behind the head. A head that is damaged is `StorageFault('corrupt')`. */
export async function readHead(pool: RadosPool, name: string, bytes = 0): Promise<FoundHead | undefined> {
  const into = Buffer.allocUnsafe(HEAD_BYTES + bytes)
  const read = await unlessAbsent(() => pool.read(name, into, 0))
  if (!read) return undefined
  const found = into.subarray(0, read.bytesRead)
  const head = decodeHead(found)
  if (!head) throw new StorageFault('corrupt', `the head of blob ${name} is damaged`)
  return { head, version: read.version, bytes: found.subarray(HEAD_BYTES) }
}

/** Writes a head, and the bytes of a small blob behind it; false where the object is not as it was expected. */
export function writeHead(
  pool: RadosPool,
  name: string,
  head: BlobHead,
  { bytes = [], expect }: { bytes?: readonly Uint8Array[]; expect?: ObjectChange['expect'] } = {},
): Promise<boolean> {
  return unlessChanged(() => pool.change(name, { pieces: [encodeHead(head), ...bytes], expect }))
}

/** Gives a head another version and leaves all else as it is; false where it has another by now. */
export function touchHead(pool: RadosPool, name: string, { head, version }: FoundHead): Promise<boolean> {
  return unlessChanged(() => pool.change(name, { pieces: [encodeHead(head)], offset: 0, expect: version }))
}

/** Removes an object of this version; false where it has another by now. */
export function removeHead(pool: RadosPool, name: string, version: bigint): Promise<boolean> {
  return unlessChanged(() => pool.change(name, { remove: true, expect: version }))
}

/** Whether it was there. */
export async function removeObject(pool: RadosPool, name: string): Promise<boolean> {
  const isRemoved = await unlessAbsent(async () => {
    await pool.change(name, { remove: true })
    return true
  })
  return isRemoved === true
}

export async function removeStripes(pool: RadosPool, data: string, stripes: number): Promise<void> {
  for (let first = 0; first < stripes; first += REMOVED_AT_ONCE)
    await removeSome(pool, data, first, Math.min(stripes, first + REMOVED_AT_ONCE))
}

/** The same where nobody knows how many there are: writers are never so many ahead that a whole batch would be missing. */
export async function removeAllStripes(pool: RadosPool, data: string): Promise<void> {
  for (let first = 0; ; first += REMOVED_AT_ONCE)
    if (!(await removeSome(pool, data, first, first + REMOVED_AT_ONCE))) return
}

/** Whether there was one of them. */
async function removeSome(pool: RadosPool, data: string, first: number, end: number): Promise<boolean> {
  const names = Array.from({ length: end - first }, (_, index) => stripeName(data, first + index))
  const removed = await Promise.all(names.map((name) => removeObject(pool, name)))
  return removed.includes(true)
}

/** `undefined` where the object is absent. */
async function unlessAbsent<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (isAbsent(error)) return undefined
    throw radosFault(error, 'reach a blob')
  }
}

async function unlessChanged(work: () => Promise<void>): Promise<boolean> {
  try {
    await work()
    return true
  } catch (error) {
    if (isChanged(error)) return false
    throw radosFault(error, 'write a blob')
  }
}
