import { defineTable } from '../table.ts'
import type { ChecksumRow, EncryptionRow, SingleContent, VersionRow } from './rows.ts'

/** One annotation of an object version. */
export interface AnnotationRow {
  readonly sizeBytes: number
  /** Without quotes. */
  readonly etag: string
  readonly modifiedMilliseconds: number
  readonly content: SingleContent
  readonly checksum: ChecksumRow
  /** That of its object when it was put: what opens its content, whatever becomes of the object's. */
  readonly encryption: EncryptionRow
  /** How far its replication is; absent where no rule is about it. */
  readonly replication?: VersionRow['replication']
}

/** By their bucket, the id that the row of their version has, and their names in order. */
export const annotations = defineTable<[bucketId: string, id: string, name: string], AnnotationRow>(
  106,
  'annotations',
)

export interface AnnotationSetRow {
  readonly count: number
}

/** Written with every change of a version's annotations: its stamp tells that there was one. */
export const annotationSets = defineTable<[id: string], AnnotationSetRow>(107, 'annotationSets')
