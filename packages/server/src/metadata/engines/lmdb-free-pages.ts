import type { LmdbMeta } from './lmdb-header.ts'

/**
 * What is wrong with an entry of the list of free pages. Its key is a transaction; its value a count, then page numbers, where
 * one below 0 says of how many pages the next is the first, and 0 is nothing (mdb_midl_xmerge in midl.c).
 * `isInUse`: whether a tree has come to a page.
 */
export function freePagesFault(
  key: Uint8Array,
  value: Buffer,
  { transaction, lastPage }: LmdbMeta,
  isInUse: (page: number) => boolean,
): string | undefined {
  if (key.length !== 8 || Buffer.from(key).readBigUInt64LE() > transaction) return 'is of a later transaction'
  const count = value.length < 8 ? Infinity : Number(value.readBigUInt64LE())
  if ((count + 1) * 8 > value.length) return 'has a list of free pages that leaves it'
  for (let index = 1; index <= count; index++) {
    let first = Number(value.readBigInt64LE(index * 8))
    let pages = 1
    if (first < 0) {
      pages = -first
      first = index < count ? Number(value.readBigInt64LE(++index * 8)) : 0
    } else if (first === 0) continue
    if (first < 2 || first + pages > lastPage + 1) return 'names pages as free that are none'
    for (let page = first; page < first + pages; page++) {
      if (isInUse(page)) return `names page ${page} as free, which is in use`
    }
  }
  return undefined
}
