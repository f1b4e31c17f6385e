import type { VersionRow } from '../../metadata/tables/rows.ts'
import { matchesEtag, preconditionFailed } from '../preconditions.ts'
import { isObject } from '../versions/version-order.ts'

/** Conditions of DeleteObject and of each key of DeleteObjects. */
export interface DeleteConditions {
  readonly etag?: string | undefined
  readonly lastModified?: Date | undefined
  readonly sizeBytes?: number | undefined
}

/**
 * Throws PreconditionFailed where the object is another than the one meant. An absent object satisfies every
 * condition. Source: S3 API Reference, DeleteObject, "If-Match".
 */
export function assertDeleteConditions(conditions: DeleteConditions, existing: VersionRow | undefined): void {
  if (!existing || !isObject(existing)) return
  const { etag, lastModified, sizeBytes } = conditions
  if (etag !== undefined && !matchesEtag(etag, existing.etag)) throw preconditionFailed('If-Match')
  const modifiedSeconds = Math.floor(existing.modifiedMilliseconds / 1000)
  if (lastModified && Math.floor(lastModified.getTime() / 1000) !== modifiedSeconds) {
    throw preconditionFailed('x-amz-if-match-last-modified-time')
  }
  if (sizeBytes !== undefined && sizeBytes !== existing.sizeBytes)
    throw preconditionFailed('x-amz-if-match-size')
}
