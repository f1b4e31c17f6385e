import { defineTable } from '../table.ts'
import type { Content } from './rows.ts'

/** A bucket that is being brought out of a backup: its rows are there, and nobody sees them before it is whole. */
export interface BucketRestorationRow {
  /** Its id to be, under which its rows stand. */
  readonly bucketId: string
  readonly backupId: string
  readonly moment: number
  /** Its name in the backup. */
  readonly from: string
  /** Who is at it, or was when it was cut off. */
  readonly processId: string
}

/** By the name that the bucket gets. */
export const bucketRestorations = defineTable<[name: string], BucketRestorationRow>(112, 'bucketRestorations')

/** Content that the rows of a picked bucket name. */
export interface PickedContentRow {
  /** Of a blob: the file of the backup. */
  readonly file?: { readonly path: string; readonly sizeBytes: number; readonly sha256: string } | undefined
  /** What others that name it too may share. */
  readonly copy?: Content | undefined
}

/** In the store for the time being into which a bucket's rows are picked; in no other. */
export const pickedContents = defineTable<[contentId: string], PickedContentRow>(254, 'pickedContents')
