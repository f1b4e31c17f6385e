import { S3Error } from '../../../model/s3-error.ts'
import type { AccessTarget } from '../service/access-target.ts'
import type { OperationContext } from '../service/operation.ts'

/**
 * What a caller is told of an error: who may not list the bucket does not learn which keys there are. Source: S3 API
 * Reference, GetObject, "Permissions".
 */
export async function hideMissingKey(
  error: unknown,
  context: Pick<OperationContext, 'mayList'>,
  target: AccessTarget | undefined,
): Promise<unknown> {
  if (!(error instanceof S3Error) || error.code !== 'NoSuchKey' || (await context.mayList(target)))
    return error
  return new S3Error('AccessDenied', {}, { cause: error })
}
