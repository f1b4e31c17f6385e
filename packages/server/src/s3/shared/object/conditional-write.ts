import { S3Error } from '../../../model/s3-error.ts'
import type { OperationContext } from '../service/operation.ts'

/**
 * Throws InvalidRequest where a write has conditions that nothing protects on the way: Signature Version 2 does not cover
 * them, so without TLS anybody could take them off. Source: S3 User Guide, "How to prevent object overwrites with
 * conditional writes", Note; the words as S3 was seen to answer (boto/boto3#4367). Anonymous requests have nothing that
 * could be taken off.
 */
export function assertConditionsProtected(
  { facts }: Pick<OperationContext, 'facts'>,
  {
    IfMatch,
    IfNoneMatch,
  }: { readonly IfMatch?: string | undefined; readonly IfNoneMatch?: string | undefined },
): void {
  if ((IfMatch ?? IfNoneMatch) === undefined || facts.isSecure || facts.signature?.version !== 2) return
  const message =
    'Requests specifying conditional writes either require AWS Signature Version 4 or must be made over a secure connection.'
  throw new S3Error('InvalidRequest', {}, { message })
}
