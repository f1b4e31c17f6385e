import type { BucketRow, VersionRow } from '../../metadata/tables/rows.ts'
import type { PublicAccessBlock } from '../../access/public-access-block.ts'
import type { LifecycleRule } from '../../s3/shared/bucket/lifecycle-rules.ts'
import type { S3Service } from '../../s3/shared/service/service.ts'

/** The bucket of a report, as one step sees it. */
export interface ReportedBucket {
  readonly service: S3Service
  readonly bucketName: string
  readonly bucket: BucketRow
  readonly lifecycleRules: readonly LifecycleRule[]
  readonly publicAccessBlock: PublicAccessBlock | undefined
}

/** A version that a report tells of. */
export interface ReportedVersion {
  readonly key: string
  readonly row: VersionRow
  /** How many noncurrent versions are newer; -1 for the newest version. */
  readonly newerNoncurrent: number
  /** When a newer version took its place. */
  readonly supersededMilliseconds: number
}

/** What a report tells in one column. A time is in milliseconds since 1970. Absent: nothing, which a file leaves empty. */
export type ReportedValue = string | number | boolean | undefined
