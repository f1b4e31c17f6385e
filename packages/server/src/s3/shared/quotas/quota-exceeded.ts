import type { QuotaScope } from '../../../metadata/tables/quota-tables.ts'
import { S3Error } from '../../../model/s3-error.ts'

/** S3 has no quotas; the code and the status are those of Ceph's RADOS gateway, which clients know. */
export function quotaExceeded(scope: QuotaScope): S3Error {
  return new S3Error('QuotaExceeded', { QuotaScope: scope })
}
