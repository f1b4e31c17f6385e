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
  context: Pick<OperationContext, 'refuseToList'>,
  target: AccessTarget | undefined,
): Promise<unknown> {
  if (!isOfMissing(error, target)) return error
  const refusal = await context.refuseToList(target)
  return refusal ? new S3Error('AccessDenied', {}, { message: refusal.message, cause: error }) : error
}

/** A delete marker that is the newest version is told of as 405 by some operations. */
function isOfMissing(error: unknown, target: AccessTarget | undefined): boolean {
  if (!(error instanceof S3Error)) return false
  if (MISSING.has(error.code)) return true
  return error.fields['ResourceType'] === 'DeleteMarker' && target?.versionId === undefined
}
