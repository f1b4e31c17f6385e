import { hash } from 'node:crypto'
import type { Random } from '../../../base/random.ts'
import type { BucketRow, Content, EncryptionRow } from '../../../metadata/tables/rows.ts'
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

const RANDOM_BYTES = 16

/**
 * The entity tag of what is in a directory bucket; `undefined` in all others, where it follows from the bytes. Source: S3 User Guide,
 * "Differences for directory buckets": "random alphanumeric strings unique to the object".
 */
export function randomEtag(
  bucket: Pick<BucketRow, 'directory'> | undefined,
  random: Random,
): string | undefined {
  return bucket?.directory && Buffer.from(random.bytes(RANDOM_BYTES)).toString('hex')
}
