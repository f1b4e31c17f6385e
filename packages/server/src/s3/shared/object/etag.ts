import { hash } from 'node:crypto'
import type { Content, EncryptionRow } from '../../../metadata/tables/rows.ts'
import type { StoredContent } from '../content/store-content.ts'

/**
 * The entity tag of bytes stored in one request, without quotes: their MD5, unless a key of the key service or of the
 * client seals them. Source: S3 API Reference, "Object", ETag.
 */
export function etagOf(
  encryption: EncryptionRow | undefined,
  { content, md5 }: StoredContent<Content>,
): string {
  if (!encryption || encryption.kind === 'AES256') return md5.toString('hex')
  const salt = 'seal' in content ? content.seal?.salt : undefined
  return hash('md5', Buffer.concat([md5, Buffer.from(salt ?? encryption.kind)]), 'hex')
}
