import { S3Error } from '../../model/s3-error.ts'
import type { OperationContext } from '../operation.ts'

const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/

/**
 * Throws InvalidRequest where keys would travel in the clear. Source: S3 User Guide, "Using server-side encryption with
 * customer-provided keys (SSE-C)" and "... with AWS KMS keys (SSE-KMS)".
 */
export function assertSecure({ facts, service }: OperationContext, what: string): void {
  const { requireTls } = service.encryption
  if (facts.isSecure || requireTls === false) return
  if (requireTls === 'exceptLoopback' && LOOPBACK.test(facts.remoteAddress ?? '')) return
  const message = `Requests specifying Server Side Encryption with ${what} must be made over a secure connection.`
  throw new S3Error('InvalidRequest', {}, { message })
}
