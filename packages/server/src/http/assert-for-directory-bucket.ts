import { S3Error } from '../model/s3-error.ts'
import type { OperationName } from '../model/types.gen.ts'
import type { Route } from '../protocol/route.ts'
import {
  directoryRuleOf,
  refuseDirectoryHeaders,
  refuseVersionTwo,
} from '../s3/shared/deciding/directory-headers.ts'
import type { ReachedBucket } from '../s3/shared/service/access-target.ts'
import type { Operation } from '../s3/shared/service/operation.ts'
import type { PipelineAsking } from './request-scope.ts'

/**
 * What requests about directory buckets are signed for: SDKs say `s3express`, all else knows `s3` alone. Source: the endpoint rules of the
 * AWS SDKs.
 */
export const DIRECTORY_SERVICES = ['s3express', 's3'] as const

/** What names no directory bucket in its path, and may be about one. */
export function mayBeOfDirectories({
  operation,
  labels,
}: Partial<Pick<Route, 'operation' | 'labels'>>): boolean {
  return operation === 'ListDirectoryBuckets' || labels !== undefined
}

/**
 * Throws what a directory bucket answers to an operation or a header that it does not have, and AccessDenied to a session of another
 * bucket. Source: S3 API Reference: "This operation is not supported for directory buckets", and of headers "the request fails with the
 * HTTP status code 501 Not Implemented".
 */
export function assertForDirectoryBucket(
  bucket: ReachedBucket,
  operation: Operation<OperationName>,
  { caller, request }: PipelineAsking,
): void {
  const isStranger = caller.principal.kind === 'anonymous'
  // Who may do nothing need not know what there is.
  if (isStranger) throw new S3Error('AccessDenied')
  // AWS does not say which error it is.
  if (!bucket.directory) throw new S3Error('MethodNotAllowed', { ResourceType: 'BUCKET' })
  const rule = directoryRuleOf(operation)
  refuseVersionTwo(request.facts)
  const session = caller.traits.directorySession
  if (session && session.bucketName !== request.bucketName) throw new S3Error('AccessDenied')
  refuseDirectoryHeaders(operation.name, rule, request)
}
