import { assert } from '../../../base/assert.ts'
import type { ChecksumAlgorithm } from '../../../base/checksums.ts'
import type { ObjectRow } from '../../../metadata/tables/rows.ts'
import type { S3Service } from '../service/service.ts'
import { ownKeyOf } from '../sealing/object-key.ts'
import { openerFor } from '../sealing/object-keys.ts'
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
  const known = knownDigests(row)
  // Both may be the same one.
  const missing = [...new Set(['MD5', algorithm] as const)].filter((name) => !known[name])
  const read = missing.length > 0 ? await readDigests(service, row, missing, signal) : {}
  if (!read) return undefined
  const { MD5: md5, [algorithm]: value } = { ...known, ...read }
  assert(md5 && value, 'a digest was neither known nor read')
  return { content, isShared: true, sizeBytes: row.sizeBytes, md5, checksum: { algorithm, value } }
}

type Digests = Readonly<Partial<Record<ChecksumAlgorithm, Buffer>>>

function knownDigests({ etag, checksum }: ObjectRow): Digests {
  return {
    ...(MD5.test(etag) && { MD5: Buffer.from(etag, 'hex') }),
    ...(checksum?.type === 'FULL_OBJECT' && { [checksum.algorithm]: Buffer.from(checksum.value, 'base64') }),
  }
}

async function readDigests(
  service: S3Service,
  { content, sizeBytes, encryption }: ObjectRow,
  algorithms: readonly ChecksumAlgorithm[],
  signal: AbortSignal,
): Promise<Digests | undefined> {
  const opener = openerFor(service.encryption, await ownKeyOf(service.encryption, encryption))
  const range = { start: 0, end: sizeBytes }
  const bytes = await openContent(service, { content, sizeBytes, opener }, range, { signal })
  if (!bytes) return undefined
  const digests = service.digests.start(algorithms, sizeBytes)
  try {
    for await (const chunk of bytes instanceof Uint8Array ? [bytes] : bytes) await digests.update(chunk)
    const values = await digests.finish()
    return Object.fromEntries(algorithms.map((name, index) => [name, values[index]]))
  } finally {
    digests.cancel()
  }
}
