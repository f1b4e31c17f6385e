import { defineTable } from '../table.ts'

/** An upload in parts elsewhere that a version is brought by: who goes on with it after a crash sends no part twice. */
export interface ReplicaUploadRow {
  readonly uploadId: string
}

/** By the queue of the bucket elsewhere, and the version's place. */
export const replicaUploads = defineTable<
  [queue: string, bucketId: string, key: string, order: string],
  ReplicaUploadRow
>(96, 'replicaUploads')
