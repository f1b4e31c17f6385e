import type { Decision } from '../../../access/decision.ts'
import type { BucketRow } from '../../../metadata/tables/rows.ts'

/** One of several things that a request did. For the access log of the bucket that it did it in. */
export interface NotedAccess {
  readonly bucketName: string
  readonly bucket: BucketRow
  /** As access logs name it: `BATCH.DELETE.OBJECT`. */
  readonly operation: string
  readonly key: string
  readonly versionId?: string | undefined
  /** Absent where there is no such line that one could think of. */
  readonly requestLine?: string | undefined
  readonly status: number
  readonly errorCode?: string | undefined
  readonly objectBytes?: number | undefined
  readonly decision?: Decision | undefined
}
