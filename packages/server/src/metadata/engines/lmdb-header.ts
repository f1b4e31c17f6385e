import type { Disk, DiskFile } from '../../base/disk.ts'
import { errorCode, StorageFault } from '../../base/storage-fault.ts'

// LMDB's data file (MDB_meta in mdb.c): two meta pages, written in turn, each with the roots of its transaction.
const MAGIC = 0xbeefc0de
const META = {
  magic: 24,
  pageSizeBytes: 48,
  freeRoot: 88,
  mainRoot: 136,
  transaction: 152,
  end: 160,
} as const
const NO_ROOT = 2n ** 64n - 1n

interface Meta {
  readonly pageSizeBytes: number
  readonly transaction: bigint
  readonly roots: readonly bigint[]
}

/**
 * Throws `StorageFault('corrupt')` for a data file that LMDB never wrote or that was cut off before a root: LMDB
 * itself ends the process for these. A missing or empty file passes, for a new store begins so.
 */
export async function checkLmdbHeader(disk: Disk, path: string): Promise<void> {
  const header = await readMetas(disk, path)
  if (!header) return
  const newest = header.metas.reduce((a, b) => (b.transaction > a.transaction ? b : a))
  for (const root of newest.roots) {
    if (root === NO_ROOT || (root + 1n) * BigInt(newest.pageSizeBytes) <= header.sizeBytes) continue
    throw new StorageFault('corrupt', `${path} is cut off`)
  }
}

async function readMetas(
  disk: Disk,
  path: string,
): Promise<{ metas: Meta[]; sizeBytes: number } | undefined> {
  const file = await openIfThere(disk, path)
  if (!file) return undefined
  try {
    if ((await file.size()) === 0) return undefined
    const read = async (position: number): Promise<Meta> => {
      const page = Buffer.alloc(META.end)
      const sizeBytes = await file.read(page, position)
      if (sizeBytes < META.end || page.readUInt32LE(META.magic) !== MAGIC) throw notLmdb(path)
      return metaOf(page)
    }
    const first = await read(0)
    const second = await read(first.pageSizeBytes)
    // The size comes last: another process may write meanwhile, and it writes the pages before the roots.
    return { metas: [first, second], sizeBytes: await file.size() }
  } finally {
    await file.close()
  }
}

async function openIfThere(disk: Disk, path: string): Promise<DiskFile | undefined> {
  try {
    return await disk.openForRead(path)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

function metaOf(page: Buffer): Meta {
  return {
    pageSizeBytes: page.readUInt32LE(META.pageSizeBytes),
    transaction: page.readBigUInt64LE(META.transaction),
    roots: [page.readBigUInt64LE(META.freeRoot), page.readBigUInt64LE(META.mainRoot)],
  }
}

function notLmdb(path: string): StorageFault {
  return new StorageFault('corrupt', `${path} is not a data file of LMDB`)
}
