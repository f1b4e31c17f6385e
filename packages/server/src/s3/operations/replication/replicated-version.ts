import type { BucketRow, VersionRow } from '../../../metadata/tables/rows.ts'

export interface ReplicatedBucket {
  readonly bucketName: string
  readonly bucket: BucketRow
}

/** A version and the bucket that it is in. */
export interface ReplicatedVersion extends ReplicatedBucket {
  readonly key: string
  readonly row: VersionRow & { readonly order: string }
}
