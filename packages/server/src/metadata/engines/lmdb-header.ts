import type { Disk, DiskFile } from '../../base/disk.ts'
import { errorCode, StorageFault } from '../../base/storage-fault.ts'

// LMDB's data file (MDB_meta in mdb.c): two meta pages, written in turn, each with the roots of its transaction.
const MAGIC = 0xbeefc0de
const META = {
  magic: 24,
  pageSizeBytes: 48,
  free: 48,
  main: 96,
  lastPage: 144,
  transaction: 152,
  end: 160,
} as const
/** Before it stands the head of every page, which is never written again: its number, and that it is a meta page. */
const HEAD = { number: 0, flags: 18, end: 24 } as const
const META_PAGE = 8
/** A tree's description (MDB_db). */
const TREE = { depth: 6, branches: 8, leaves: 16, overflows: 24, entries: 32, root: 40 } as const
export const NO_ROOT = 2n ** 64n - 1n

export interface LmdbTree {
  readonly root: bigint
  readonly depth: number
  /** Pages of each kind. */
  readonly branches: number
  readonly leaves: number
  readonly overflows: number
  readonly entries: number
}

export interface LmdbMeta {
  readonly pageSizeBytes: number
  /** The highest that was ever in use. */
  readonly lastPage: number
  readonly transaction: bigint
  readonly free: LmdbTree
  readonly main: LmdbTree
}

/** Another process may commit between the reading of one meta page and the other. */
const MOST_TRIES = 10

/**
 * The size of a data file's pages. Throws `StorageFault('corrupt')` for one that LMDB never wrote, whose meta pages are not
 * of two transactions in a row or have another head, or that was cut off before a root: LMDB itself ends the process for these, or goes on
 * from what is older. A missing or empty file is `undefined`: a new store begins so.
 */
export async function checkLmdbHeader(disk: Disk, path: string): Promise<number | undefined> {
  let header = await readLmdbMetas(disk, path)
  for (let tries = 1; header && !isInTurn(header.metas) && tries < MOST_TRIES; tries++)
    header = await readLmdbMetas(disk, path)
  if (!header) return undefined
  if (!isInTurn(header.metas))
    throw new StorageFault('corrupt', `${path}: its meta pages are not of two transactions in a row`)
  const newest = newestOf(header.metas)
  for (const { root } of [newest.free, newest.main]) {
    if (root === NO_ROOT || (root + 1n) * BigInt(newest.pageSizeBytes) <= header.sizeBytes) continue
    throw new StorageFault('corrupt', `${path} is cut off`)
  }
  return newest.pageSizeBytes
}

/** A transaction writes the meta page of its parity; a new file has two of none. */
function isInTurn([first, second]: readonly [LmdbMeta, LmdbMeta]): boolean {
  const [even, odd] = [first.transaction, second.transaction]
  const isApart = even - odd === 1n || odd - even === 1n
  const isSame = first.pageSizeBytes === second.pageSizeBytes
  return isSame && ((even === 0n && odd === 0n) || (even % 2n === 0n && isApart))
}

/** That of the last commit. */
export function newestOf([first, second]: readonly [LmdbMeta, LmdbMeta]): LmdbMeta {
  return second.transaction > first.transaction ? second : first
}

/** Both meta pages; `undefined` for a file that is missing or empty. */
export async function readLmdbMetas(
  disk: Disk,
  path: string,
): Promise<{ metas: readonly [LmdbMeta, LmdbMeta]; sizeBytes: number } | undefined> {
  const file = await openIfThere(disk, path)
  if (!file) return undefined
  try {
    if ((await file.size()) === 0) return undefined
    const read = async (number: 0 | 1, position: number): Promise<LmdbMeta> => {
      const page = Buffer.alloc(META.end)
      const sizeBytes = await file.read(page, position)
      if (sizeBytes < META.end || page.readUInt32LE(META.magic) !== MAGIC) throw notLmdb(path)
      if (!page.subarray(0, HEAD.end).equals(headOf(number)))
        throw new StorageFault(
          'corrupt',
          `${path}: the head of its meta page ${number} is not what was written`,
        )
      return metaOf(page)
    }
    const first = await read(0, 0)
    const second = await read(1, first.pageSizeBytes)
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

/** All else is zeros, in every file that LMDB makes. */
function headOf(number: 0 | 1): Buffer {
  const head = Buffer.alloc(HEAD.end)
  head.writeBigUInt64LE(BigInt(number), HEAD.number)
  head.writeUInt16LE(META_PAGE, HEAD.flags)
  return head
}

function metaOf(page: Buffer): LmdbMeta {
  return {
    pageSizeBytes: page.readUInt32LE(META.pageSizeBytes),
    lastPage: Number(page.readBigUInt64LE(META.lastPage)),
    transaction: page.readBigUInt64LE(META.transaction),
    free: treeAt(page, META.free),
    main: treeAt(page, META.main),
  }
}

function treeAt(page: Buffer, start: number): LmdbTree {
  const numberAt = (offset: number): number => Number(page.readBigUInt64LE(start + offset))
  return {
    root: page.readBigUInt64LE(start + TREE.root),
    depth: page.readUInt16LE(start + TREE.depth),
    branches: numberAt(TREE.branches),
    leaves: numberAt(TREE.leaves),
    overflows: numberAt(TREE.overflows),
    entries: numberAt(TREE.entries),
  }
}

function notLmdb(path: string): StorageFault {
  return new StorageFault('corrupt', `${path} is not a data file of LMDB`)
}
