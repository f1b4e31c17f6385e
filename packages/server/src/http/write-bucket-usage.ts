import type { LargestBuckets } from '../background/usage/bucket-usages.ts'
import type { UsageAmounts } from '../metadata/usage-amounts.ts'
import type { MetricsText } from './metrics-text.ts'

const METRICS: readonly (readonly [name: string, help: string, amount: keyof UsageAmounts])[] = [
  ['holdfast_bucket_objects', 'Objects of a bucket.', 'objects'],
  ['holdfast_bucket_versions', 'Versions that are objects, the newest of each among them.', 'versions'],
  ['holdfast_bucket_delete_markers', 'Delete markers of a bucket.', 'deleteMarkers'],
  ['holdfast_bucket_bytes', 'Bytes of all versions of a bucket.', 'bytes'],
  ['holdfast_bucket_part_bytes', 'Bytes of parts that no object is made of yet.', 'partBytes'],
]

/** No bucket has such a name. */
const OTHERS = '(others)'

/** The largest buckets, each with its name, and all others together. */
export function writeBucketUsage(text: MetricsText, { largest, others, unknown }: LargestBuckets): void {
  for (const [name, help, amount] of METRICS) {
    text.family(name, 'gauge', help)
    for (const bucket of largest) text.sample(name, { bucket: bucket.name }, bucket.usage[amount])
    text.sample(name, { bucket: OTHERS }, others[amount])
  }
  text.gauge(
    'holdfast_uncounted_buckets',
    'Buckets of an older store of which nobody knows yet what they hold.',
    unknown,
  )
}
