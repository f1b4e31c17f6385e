import { type OrderedStore, originOf } from './ordered-store.ts'
import type { FrameVersion } from './row-frame.ts'

const versions = new WeakMap<OrderedStore, FrameVersion>()

/** How rows are framed that are written into a store; who opens one says so (store-format.ts). */
export function writtenVersion(store: OrderedStore): FrameVersion {
  return versions.get(originOf(store)) ?? 2
}

export function setWrittenVersion(store: OrderedStore, version: FrameVersion): void {
  versions.set(originOf(store), version)
}
