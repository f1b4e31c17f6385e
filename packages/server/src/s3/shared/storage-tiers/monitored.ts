import type { ObjectRow } from '../../../metadata/tables/rows.ts'

/** Source: S3 User Guide, "How S3 Intelligent-Tiering works": smaller objects are not monitored and stay where they are. */
const LEAST_MONITORED_BYTES = 128 * 1024

export function isMonitored({
  storageClass,
  sizeBytes,
}: Pick<ObjectRow, 'storageClass' | 'sizeBytes'>): boolean {
  return storageClass === 'INTELLIGENT_TIERING' && sizeBytes >= LEAST_MONITORED_BYTES
}

/** An object that nobody accessed was accessed when it was made. */
export function lastAccess({ accessedMilliseconds, modifiedMilliseconds }: ObjectRow): number {
  return accessedMilliseconds ?? modifiedMilliseconds
}
