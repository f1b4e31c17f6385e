import { zoneOf } from '../api/bucket-kind.ts'
import { bucketTexts } from '../texts/buckets.ts'

/** Marks a bucket that is no usual one. */
export function KindBadge({ bucket }: { readonly bucket: string }) {
  const zone = zoneOf(bucket)
  if (zone === undefined) return null
  const { start, amid } = bucketTexts.directoryIn
  return (
    <span class="badge">
      {start} <span class="wide-only">{amid} </span>
      {zone}
    </span>
  )
}
