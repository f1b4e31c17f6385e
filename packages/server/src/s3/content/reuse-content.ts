import { checksumOf, createChecksum, type ChecksumAlgorithm } from '../../base/checksums.ts'
import type { ObjectRow } from '../../metadata/tables/rows.ts'
import type { S3Service } from '../service.ts'
import { openerFor } from '../sse/object-keys.ts'
import { openContent } from './open-content.ts'
import type { ShareableContent } from './share-content.ts'
import type { StoredContent } from './store-content.ts'

const MD5 = /^[0-9a-f]{32}$/

/**
 * The whole content of an object for one more row to name. No byte is copied; they are read only where a digest is asked
 * for that the object does not have, as the MD5 of one uploaded in parts. `undefined` when the object let go of the
 * content meanwhile. Only for content that the store's own keys seal, which stands for itself wherever it is named.
 */
export async function reuseContent<Kind extends ShareableContent>(
  service: S3Service,
  row: ObjectRow,
  content: Kind,
  algorithm: ChecksumAlgorithm,
  signal: AbortSignal,
): Promise<StoredContent<Kind> | undefined> {
  const digests = knownDigests(row, algorithm) ?? (await readDigests(service, row, algorithm, signal))
  if (!digests) return undefined
  const checksum = { algorithm, value: digests.checksum }
  return { content, isShared: true, sizeBytes: row.sizeBytes, md5: digests.md5, checksum }
}

interface Digests {
  readonly md5: Buffer
  readonly checksum: Buffer
}

function knownDigests({ etag, checksum }: ObjectRow, algorithm: ChecksumAlgorithm): Digests | undefined {
  if (!MD5.test(etag) || checksum?.algorithm !== algorithm || checksum.type !== 'FULL_OBJECT')
    return undefined
  return { md5: Buffer.from(etag, 'hex'), checksum: Buffer.from(checksum.value, 'base64') }
}

async function readDigests(
  service: S3Service,
  { content, sizeBytes }: ObjectRow,
  algorithm: ChecksumAlgorithm,
  signal: AbortSignal,
): Promise<Digests | undefined> {
  const opener = openerFor(service.encryption, undefined)
  const range = { start: 0, end: sizeBytes }
  const bytes = await openContent(service, { content, sizeBytes, opener }, range, { signal })
  if (!bytes) return undefined
  if (bytes instanceof Uint8Array) {
    return { md5: checksumOf('MD5', bytes), checksum: checksumOf(algorithm, bytes) }
  }
  const md5 = createChecksum('MD5')
  const checksum = createChecksum(algorithm)
  for await (const chunk of bytes) {
    md5.update(chunk)
    checksum.update(chunk)
  }
  return { md5: md5.digest(), checksum: checksum.digest() }
}
