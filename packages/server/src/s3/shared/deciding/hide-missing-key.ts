import { S3Error } from '../../../model/s3-error.ts'
import type { AccessTarget } from '../service/access-target.ts'
import type { OperationContext } from '../service/operation.ts'

const MISSING: ReadonlySet<string> = new Set(['NoSuchKey', 'NoSuchVersion'])

/**
 * What a caller is told of an error: who may not list the bucket does not learn which keys there are, nor which of them
 * lack a version (`null` is one that anybody can name). Source: S3 API Reference, GetObject, "Permissions".
 */
export async function hideMissingKey(
  error: unknown,
  context: Pick<OperationContext, 'mayList'>,
  target: AccessTarget | undefined,
): Promise<unknown> {
  const isMissing = error instanceof S3Error && MISSING.has(error.code)
  if (!isMissing || (await context.mayList(target))) return error
  return new S3Error('AccessDenied', {}, { cause: error })
}
