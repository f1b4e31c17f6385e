import { type ChecksumAlgorithm, checksumOf, createChecksum } from '../../base/checksums.ts'
import { entriesOf } from '../../metadata/entries-of.ts'
import type { JobTask } from '../../metadata/tables/job-tables.ts'
import type { Content, ObjectRow } from '../../metadata/tables/rows.ts'
import { partLists } from '../../metadata/tables/tables.ts'
import type { S3ComputeObjectChecksumOperation } from '../../model/types.gen.ts'
import { DEFAULT_CHECKSUM_ALGORITHM } from '../../model/upload-checksum.ts'
import { assertReplaced, openContent } from '../../s3/shared/content/open-content.ts'
import { openEncryption } from '../../s3/shared/sealing/open-encryption.ts'
import { bucketOf, type OperationContext } from '../../s3/shared/service/operation.ts'
import { findObject } from '../../s3/shared/version-rows/find-version.ts'
import { contextAs, type JobSession } from './perform-as.ts'

/**
 * Reads all of an object and returns what the report tells of its digest, as JSON; archived objects need no restoration, and it is no
 * access to the object. Its role needs what reading the object takes. Throws what S3 answers. Source: S3 User Guide, "Compute checksums".
 */
export async function computeChecksum(
  session: JobSession,
  asked: S3ComputeObjectChecksumOperation,
  [Bucket, Key, VersionId]: JobTask,
): Promise<string> {
  const algorithm = (asked.ChecksumAlgorithm ?? DEFAULT_CHECKSUM_ALGORITHM) as ChecksumAlgorithm
  const context = await contextAs(session, 'GetObject', { Bucket, Key, VersionId })
  const { row, bytes } = await openObject(context, Bucket, Key, VersionId)
  const isComposite = asked.ChecksumType === 'COMPOSITE'
  const sizes = isComposite ? await partSizes(context, row) : [row.sizeBytes]
  const digests = await digestsOf(algorithm, sizes, bytes, session.signal)
  const digest = isComposite ? checksumOf(algorithm, Buffer.concat(digests)) : Buffer.concat(digests)
  const base64 = digest.toString('base64')
  return JSON.stringify({
    checksum_base64: isComposite ? `${base64}-${digests.length}` : base64,
    etag: row.etag,
    checksumAlgorithm: algorithm,
    checksumType: isComposite ? 'COMPOSITE' : 'FULL_OBJECT',
    checksum_hex: digest.toString('hex').toUpperCase(),
  })
}

/** The bytes as they are now. An object that is replaced between its row and its bytes is looked up anew. */
async function openObject(context: OperationContext, bucketName: string, key: string, versionId?: string) {
  const bucket = bucketOf(context)
  const { service } = context
  let lost: Content | undefined
  for (;;) {
    const row = await findObject(service.stores, bucket, key, versionId)
    const { content, sizeBytes, encryption } = row
    assertReplaced(lost, content)
    const opener = await openEncryption(context, encryption, {}, { bucketName, bucket, key })
    const range = { start: 0, end: sizeBytes }
    const opened = await openContent(service, { content, sizeBytes, opener }, range, context)
    if (opened) return { row, bytes: opened instanceof Uint8Array ? [opened] : opened }
    lost = content
  }
}

/** Of an object that did not come in parts one, as of an upload of one part. AWS leaves that open. */
async function partSizes(
  { service }: OperationContext,
  { content, sizeBytes }: ObjectRow,
): Promise<number[]> {
  if (content.kind !== 'parts' || content.partCount === undefined) return [sizeBytes]
  const sizes: number[] = []
  for await (const entry of entriesOf(service.stores.metadata, partLists.range(content.id)))
    for (const part of partLists.decode(entry).parts) sizes.push(part.sizeBytes)
  return sizes
}

/** Of pieces of these sizes, one after the other. */
async function digestsOf(
  algorithm: ChecksumAlgorithm,
  sizes: readonly number[],
  bytes: AsyncIterable<Uint8Array> | readonly Uint8Array[],
  signal: AbortSignal,
): Promise<Buffer[]> {
  const digests: Buffer[] = []
  let checksum = createChecksum(algorithm)
  let left = sizes[0] ?? 0
  const end = (): void => {
    digests.push(checksum.digest())
    checksum = createChecksum(algorithm)
    left = sizes[digests.length] ?? Infinity
  }
  for await (const chunk of bytes) {
    signal.throwIfAborted()
    let rest = chunk
    while (rest.length > left) {
      checksum.update(rest.subarray(0, left))
      rest = rest.subarray(left)
      end()
    }
    checksum.update(rest)
    left -= rest.length
  }
  while (digests.length < sizes.length) end()
  return digests
}
