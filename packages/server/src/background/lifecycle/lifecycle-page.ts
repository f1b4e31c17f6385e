import type { Entry } from '../../metadata/ordered-store.ts'
import type { BucketRow } from '../../metadata/tables/rows.ts'
import type { LifecycleRule } from '../../s3/lifecycle-rules.ts'
import type { S3Service } from '../../s3/service.ts'

/** A bucket that has rules, as one pass sees it. */
export interface RuledBucket {
  readonly service: S3Service
  readonly name: string
  readonly bucket: BucketRow
  readonly rules: readonly LifecycleRule[]
  /** The time of the pass: everything in it is held against the same one. */
  readonly nowMilliseconds: number
  readonly signal: AbortSignal
}

/** Entries of one table of a bucket, in order. Returns how many things it did. */
export type HandlePage = (ruled: RuledBucket, entries: readonly Entry[]) => Promise<number>
