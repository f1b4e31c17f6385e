import { accountOf } from '../../../access/principal.ts'
import { S3Error } from '../../../model/s3-error.ts'
import { bucketOf, type OperationContext } from '../../shared/service/operation.ts'

/**
 * A bucket's policy is for its own account to see and change, whatever it allows to others: MethodNotAllowed. Sources:
 * S3 API Reference, PutBucketPolicy, GetBucketPolicy, DeleteBucketPolicy.
 */
export function assertOwnPolicy(context: OperationContext): void {
  if (accountOf(context.principal)?.id === bucketOf(context).ownerAccountId) return
  throw new S3Error('MethodNotAllowed', { ResourceType: 'BUCKETPOLICY' })
}
