import { type OrderedStore, originOf } from './ordered-store.ts'

/** The formats in which rows are written (docs/format.md): 3 has smaller rows of objects than 2, in the same frame. */
export type WrittenVersion = 1 | 2 | 3
export const NEWEST_VERSION = 3

const versions = new WeakMap<OrderedStore, WrittenVersion>()

/** The format of what is written into a store; who opens one says so (store-format.ts). */
export function writtenVersion(store: OrderedStore): WrittenVersion {
  return versions.get(originOf(store)) ?? NEWEST_VERSION
}

export function setWrittenVersion(store: OrderedStore, version: WrittenVersion): void {
  versions.set(originOf(store), version)
}
