import type { BucketRow, EncryptionRow } from '../../../metadata/tables/rows.ts'
import { S3Error } from '../../../model/s3-error.ts'

/**
 * Throws AccessDenied where a bucket blocks new objects that are encrypted like this: their upload, every part of it and
 * its completion, a copy. Reading is not blocked. Source: S3 User Guide, "Blocking or unblocking SSE-C for a general
 * purpose bucket".
 */
export function assertNotBlocked({ encryption }: BucketRow, kind: EncryptionRow['kind'] | undefined): void {
  if (kind === 'customer' && encryption?.blocksCustomerKeys) throw new S3Error('AccessDenied')
}
