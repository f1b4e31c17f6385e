import type { RequestHead } from '../base/request-head.ts'
import { S3Error } from '../model/s3-error.ts'

const MESSAGE =
  'This address takes requests alone that are signed with Signature Version 4 in the Authorization header'

/**
 * Throws AccessDenied for what a browser can be led to send by a page or a link: whoever signs in the header has the key. That
 * the signature is right is looked at later; a claim in the query besides is refused there.
 */
export function assertSignedInHeader({ method, headers }: RequestHead): void {
  const isClaimed = headers['authorization']?.startsWith('AWS4-HMAC-SHA256 ') === true
  // A form has a signature of its own, and a preflight none.
  const isForm =
    method === 'POST' && (headers['content-type'] ?? '').toLowerCase().startsWith('multipart/form-data')
  if (!isClaimed || isForm || method === 'OPTIONS')
    throw new S3Error('AccessDenied', {}, { message: MESSAGE })
}
