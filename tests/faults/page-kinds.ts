import { readFile } from 'node:fs/promises'

export type PageKind = 'leaf' | 'branch' | 'overflow' | 'meta' | 'free'

export interface KindsOfPages {
  readonly pages: Readonly<Record<PageKind, readonly number[]>>
  readonly pageBytes: number
}

// docs of LMDB's file: MDB_meta and MDB_page_header in mdb.c.
const NONE = 2n ** 64n - 1n

/** Which pages of LMDB's data file are what; `free`: those of the list of free pages. Overflow: the first of each value. */
export async function kindsOfPages(path: string): Promise<KindsOfPages> {
  const file = await readFile(path)
  const pageBytes = file.readUInt32LE(48)
  const metas = [0, 1].map((page) => page * pageBytes)
  const newest = metas.reduce((a, b) =>
    file.readBigUInt64LE(b + 152) > file.readBigUInt64LE(a + 152) ? b : a,
  )
  const pages: Record<PageKind, number[]> = { leaf: [], branch: [], overflow: [], meta: [0, 1], free: [] }
  const visit = (root: bigint, isFree: boolean): void => {
    if (root === NONE) return
    const start = Number(root) * pageBytes
    const isLeaf = file.readUInt16LE(start + 18) === 2
    pages[isFree ? 'free' : isLeaf ? 'leaf' : 'branch'].push(Number(root))
    for (let index = 0; index < file.readUInt16LE(start + 20) / 2; index++) {
      const node = start + 24 + file.readUInt16LE(start + 24 + 2 * index)
      const flags = file.readUInt16LE(node + 4)
      const data = node + 8 + file.readUInt16LE(node + 6)
      if (!isLeaf) visit(BigInt(file.readUInt16LE(node) + file.readUInt16LE(node + 2) * 2 ** 16), isFree)
      else if ((flags & 1) !== 0) pages[isFree ? 'free' : 'overflow'].push(Number(file.readBigUInt64LE(data)))
    }
  }
  visit(file.readBigUInt64LE(newest + 48 + 40), true)
  visit(file.readBigUInt64LE(newest + 96 + 40), false)
  return { pages, pageBytes }
}
