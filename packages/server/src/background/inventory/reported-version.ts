import type { BucketRow, VersionRow } from '../../metadata/tables/rows.ts'
import type { PublicAccessBlock } from '../../access/public-access-block.ts'
import type { LifecycleRule } from '../../s3/shared/bucket/lifecycle-rules.ts'
import type { NoncurrentPlace } from '../../s3/shared/bucket/noncurrent-versions.ts'
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
export interface ReportedVersion extends NoncurrentPlace {
  readonly key: string
  readonly row: VersionRow
}

/** What a report tells in one column. A time is in milliseconds since 1970. Absent: nothing, which a file leaves empty. */
export type ReportedValue = string | number | boolean | undefined
