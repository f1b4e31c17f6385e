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
/** What every page begins with (MDB_page_header). */
const HEAD = { number: 0, transaction: 8, flags: 18, end: 24 } as const
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

interface LmdbHeader {
  readonly metas: readonly [LmdbMeta, LmdbMeta]
  readonly sizeBytes: number
  /** Of each meta page, the transaction that wrote its root; `undefined` where there is none. */
  readonly rootWriters: readonly (bigint | undefined)[]
}

/** Of a root that is not in the file: no transaction wrote it. */
const BEYOND = -1n

/** A new file is of it, without anything in it. */
const MADE_BY = 1n

/** Others may commit again and again between the reading of one page and the next. */
const MOST_TRIES = 10

/**
 * The size of a data file's pages. Throws `StorageFault('corrupt')` for one that LMDB never wrote or that was cut off, and for
 * meta pages that are not of the two last transactions: LMDB itself ends the process for these, or goes on from what is older. A
 * missing or empty file is `undefined`: a new store begins so.
 */
export async function checkLmdbHeader(disk: Disk, path: string): Promise<number | undefined> {
  let header = await readLmdbHeader(disk, path)
  for (let tries = 1; header && tries <= MOST_TRIES; tries++) {
    const fault = headerFault(header)
    if (fault === undefined) break
    const again = await readLmdbHeader(disk, path)
    if (again && isOfOneMoment(header, again)) throw new StorageFault('corrupt', `${path} ${fault}`)
    header = again
  }
  return header && newestOf(header.metas).pageSizeBytes
}

function isOfOneMoment(first: LmdbHeader, second: LmdbHeader): boolean {
  return first.metas.every(({ transaction }, index) => second.metas[index]?.transaction === transaction)
}

/**
 * Every commit writes its root anew, with its number in it, and those of the last two are both there: so a number that was
 * damaged is found out, also where it fits the other one.
 */
function headerFault({ metas, rootWriters, sizeBytes }: LmdbHeader): string | undefined {
  if (!isInTurn(metas)) return 'has meta pages that are not of two transactions in a row'
  const { free, main, pageSizeBytes } = newestOf(metas)
  const isCut = [free, main].some(({ root }) => root !== NO_ROOT && isBeyond(root, pageSizeBytes, sizeBytes))
  if (isCut) return 'is cut off'
  const isEmpty = rootWriters.every((writer) => writer === undefined)
  const isOfItsRoot = ({ transaction }: LmdbMeta, index: number): boolean =>
    isEmpty || (rootWriters[index] ?? MADE_BY) === transaction
  if (!metas.every(isOfItsRoot)) return 'has a meta page that is of another transaction than its root'
  return undefined
}

function isBeyond(page: bigint, pageSizeBytes: number, sizeBytes: number): boolean {
  return (page + 1n) * BigInt(pageSizeBytes) > sizeBytes
}

/** A transaction writes the meta page of its parity; a new file has two of none. */
function isInTurn([first, second]: LmdbHeader['metas']): boolean {
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
export async function readLmdbMetas(disk: Disk, path: string): Promise<LmdbHeader['metas'] | undefined> {
  return withFile(disk, path, (file) => metasIn(file, path))
}

async function readLmdbHeader(disk: Disk, path: string): Promise<LmdbHeader | undefined> {
  return withFile(disk, path, async (file) => {
    const metas = await metasIn(file, path)
    // The size comes behind them: another process may write meanwhile, and it writes the pages before the roots.
    const sizeBytes = await file.size()
    const rootWriters = await Promise.all(metas.map((meta) => rootWriter(file, sizeBytes, meta)))
    return { metas, rootWriters, sizeBytes }
  })
}

async function withFile<T>(
  disk: Disk,
  path: string,
  use: (file: DiskFile) => Promise<T>,
): Promise<T | undefined> {
  const file = await openIfThere(disk, path)
  if (!file) return undefined
  try {
    return (await file.size()) === 0 ? undefined : await use(file)
  } finally {
    await file.close()
  }
}

async function metasIn(file: DiskFile, path: string): Promise<LmdbHeader['metas']> {
  const read = async (number: 0 | 1, position: number): Promise<LmdbMeta> => {
    const page = Buffer.alloc(META.end)
    return metaIn(page.subarray(0, await file.read(page, position)), number, path)
  }
  const first = await read(0, 0)
  return [first, await read(1, first.pageSizeBytes)]
}

/** The newer meta page, read without waiting. Throws `StorageFault('corrupt')`, as reading it with a wait does. */
export function newestMetaNow(readNow: ReadNow, path: string): LmdbMeta {
  const read = (number: 0 | 1, position: number): LmdbMeta => {
    const page = Buffer.allocUnsafe(META.end)
    return metaIn(page.subarray(0, readNow(page, position)), number, path)
  }
  const first = read(0, 0)
  return newestOf([first, read(1, first.pageSizeBytes)])
}

export type ReadNow = NonNullable<DiskFile['readNow']>

function metaIn(page: Buffer, number: 0 | 1, path: string): LmdbMeta {
  if (page.length < META.end || page.readUInt32LE(META.magic) !== MAGIC)
    throw new StorageFault('corrupt', `${path} is not a data file of LMDB`)
  if (!page.subarray(0, HEAD.end).equals(headOf(number)))
    throw new StorageFault('corrupt', `${path} has a meta page whose head is not what was written`)
  return metaOf(page)
}

/** What removes the last row leaves a list of free pages; before the first there is nothing. */
async function rootWriter(
  file: DiskFile,
  sizeBytes: number,
  { main, free, pageSizeBytes }: LmdbMeta,
): Promise<bigint | undefined> {
  const root = main.root === NO_ROOT ? free.root : main.root
  if (root === NO_ROOT) return undefined
  if (isBeyond(root, pageSizeBytes, sizeBytes)) return BEYOND
  const head = Buffer.alloc(HEAD.end)
  await file.read(head, Number(root) * pageSizeBytes)
  return head.readBigUInt64LE(HEAD.transaction)
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
