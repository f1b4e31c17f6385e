import { S3Error } from '../../../model/s3-error.ts'
import type { OperationContext } from '../service/operation.ts'

const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/

/** Whose keys a request uses. */
const KEYS = {
  customer: { code: 'InvalidRequest', name: 'Customer provided keys' },
  service: { code: 'InvalidArgument', name: 'AWS KMS managed keys' },
} as const

/**
 * Throws where keys, or what they seal, would travel in the clear. Source: S3 User Guide, "Using server-side encryption
 * with customer-provided keys (SSE-C)" and "... with AWS KMS keys (SSE-KMS)".
 */
export function assertSecure({ facts, service }: OperationContext, keys: keyof typeof KEYS): void {
  const { requireTls } = service.encryption
  if (facts.isSecure || requireTls === false) return
  if (requireTls === 'exceptLoopback' && LOOPBACK.test(facts.remoteAddress ?? '')) return
  const { code, name } = KEYS[keys]
  const message = `Requests specifying Server Side Encryption with ${name} must be made over a secure connection.`
  throw new S3Error(code, {}, { message })
}
