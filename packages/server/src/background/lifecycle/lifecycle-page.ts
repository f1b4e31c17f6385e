import type { Log } from '../../base/log.ts'
import type { Entry } from '../../metadata/ordered-store.ts'
import type { BucketRow, ObjectRow } from '../../metadata/tables/rows.ts'
import type { LifecycleRule } from '../../s3/shared/bucket/lifecycle-rules.ts'
import type { Archiving } from '../../s3/shared/storage-tiers/access-tiers.ts'
import type { S3Service } from '../../s3/shared/service/service.ts'
import { Changed } from './try-action.ts'

/** A bucket that has rules, or objects whose access is monitored, as one pass sees it. */
export interface RuledBucket {
  readonly service: S3Service
  readonly log: Log
  readonly name: string
  readonly bucket: BucketRow
  readonly rules: readonly LifecycleRule[]
  /** What its configurations of INTELLIGENT_TIERING say. */
  readonly archivings: readonly Archiving[]
  /** The time of the pass: everything in it is held against the same one. */
  readonly nowMilliseconds: number
  readonly signal: AbortSignal
}

/** An object version as a page showed it. */
export interface SeenVersion {
  readonly key: string
  readonly row: ObjectRow
  readonly isNewest: boolean
}

/** Rows that are held against the rules at once: about a millisecond's work. */
export const ROWS_AT_ONCE = 50

/** Entries of one table of a bucket, in order. Returns how many things it did. */
export type HandlePage = (ruled: RuledBucket, entries: readonly Entry[]) => Promise<number>

/** Throws `Changed` where the bucket has other rules than those that a page went by: nobody wants these carried out. */
export function assertSameRules({ bucket }: RuledBucket, now: BucketRow): void {
  const { documents: seen } = bucket
  const { documents } = now
  if (documents?.lifecycle === seen?.lifecycle && documents?.intelligentTiering === seen?.intelligentTiering)
    return
  throw new Changed()
}
