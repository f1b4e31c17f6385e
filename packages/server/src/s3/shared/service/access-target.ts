import type { BucketRow } from '../../../metadata/tables/rows.ts'

/** What an access decision is about. */
export interface AccessTarget {
  readonly bucketName: string
  readonly bucket: BucketRow
  readonly key?: string | undefined
  readonly versionId?: string | undefined
}
