import { defineTable } from '../table.ts'

/** Which versions of this program read the store. */
export interface FormatRow {
  readonly version: number
  /** The store that is being copied here, and which run of the command does it; there until all of it is. */
  readonly copyOf?: { readonly storeId: string; readonly run: string } | undefined
}

/** Which store this is, and how far it has come. */
export interface StoreIdentityRow {
  /** 32 lower-case hex digits; every folder that belongs to the store is marked with it. */
  readonly storeId: string
  /** Batches of blob ids handed out so far; each folder remembers the newest one that it has blobs of. */
  readonly generation: number
  /** Places whose folder has a mark, so that one without it is not taken for a new one. */
  readonly marked: readonly string[]
  /** Of the restoration into a database that it comes from: a run that was cut off at the very end knows its own work by it. */
  readonly restoration?: string | undefined
}

/** Ids for blobs that are about to be written: what a crash leaves under one of them is nobody's. */
export interface BlobBatchRow {
  /** The generation that began with it. */
  readonly number: number
  readonly madeMilliseconds: number
}

export const storeIdentity = defineTable<[], StoreIdentityRow>(34, 'storeIdentity')

/** By what the ids begin with. */
export const blobBatches = defineTable<[prefix: string], BlobBatchRow>(35, 'blobBatches')
