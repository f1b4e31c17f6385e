import type { AccessPointRow } from '../../../metadata/tables/access-point-tables.ts'
import type { BucketRow } from '../../../metadata/tables/rows.ts'

/** A bucket as a request got to it. What has to do with access takes it along. */
export interface ReachedBucket extends BucketRow {
  /** Its public access block counts in that of the bucket. */
  readonly through?: ThroughAccessPoint | undefined
}

/** The access point that a request came through. */
export interface ThroughAccessPoint {
  readonly accountId: string
  readonly arn: string
  readonly row: AccessPointRow
}

/** What an access decision is about. */
export interface AccessTarget {
  readonly bucketName: string
  readonly bucket: ReachedBucket
  readonly key?: string | undefined
  readonly versionId?: string | undefined
}
