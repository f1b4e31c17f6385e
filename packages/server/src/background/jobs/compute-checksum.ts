import { type ChecksumAlgorithm, checksumOf } from '../../base/checksums.ts'
import { entriesOf } from '../../metadata/entries-of.ts'
import type { JobTask } from '../../metadata/tables/job-tables.ts'
import type { Content, ObjectRow } from '../../metadata/tables/rows.ts'
import { partLists } from '../../metadata/tables/tables.ts'
import type { S3ComputeObjectChecksumOperation } from '../../model/types.gen.ts'
import { DEFAULT_CHECKSUM_ALGORITHM } from '../../model/upload-checksum.ts'
import { assertReplaced, openContent } from '../../s3/shared/content/open-content.ts'
import { openEncryption } from '../../s3/shared/sealing/open-encryption.ts'
import { bucketOf, type OperationContext } from '../../s3/shared/service/operation.ts'
import type { S3Service } from '../../s3/shared/service/service.ts'
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
  const isComposite = asked.ChecksumType === 'COMPOSITE'
  const context = await contextAs(session, 'GetObject', { Bucket, Key, VersionId })
  const { etag, sizes, bytes } = await openPieces(context, Bucket, [Key, VersionId], isComposite)
  const digests = await digestsOf(context, algorithm, sizes, bytes)
  const digest = isComposite ? checksumOf(algorithm, Buffer.concat(digests)) : Buffer.concat(digests)
  const base64 = digest.toString('base64')
  return JSON.stringify({
    checksum_base64: isComposite ? `${base64}-${digests.length}` : base64,
    etag,
    checksumAlgorithm: algorithm,
    checksumType: isComposite ? 'COMPOSITE' : 'FULL_OBJECT',
    checksum_hex: digest.toString('hex').toUpperCase(),
  })
}

/**
 * The bytes as they are now, and the sizes of the pieces that have digests of their own. An object that is replaced between its row and
 * its bytes is looked up anew.
 */
async function openPieces(
  context: OperationContext,
  bucketName: string,
  [key, versionId]: readonly [key: string, versionId: string | undefined],
  isComposite: boolean,
) {
  const bucket = bucketOf(context)
  const { service } = context
  let lost: Content | undefined
  for (;;) {
    const row = await findObject(service.stores, bucket, key, versionId)
    const { content, sizeBytes, encryption, etag } = row
    assertReplaced(lost, content)
    const sizes = isComposite ? await partSizes(service, row) : [sizeBytes]
    const opener = await openEncryption(context, encryption, {}, { bucketName, bucket, key })
    const range = { start: 0, end: sizeBytes }
    const opened = await openContent(service, { content, sizeBytes, opener }, range, context)
    if (opened) return { etag, sizes, bytes: opened instanceof Uint8Array ? [opened] : opened }
    lost = content
  }
}

/** Of an object that did not come in parts one, as of an upload of one part. AWS leaves that open. */
async function partSizes({ stores }: S3Service, { content, sizeBytes }: ObjectRow): Promise<number[]> {
  if (content.kind !== 'parts' || content.partCount === undefined) return [sizeBytes]
  const sizes: number[] = []
  for await (const entry of entriesOf(stores.metadata, partLists.range(content.id)))
    for (const part of partLists.decode(entry).parts) sizes.push(part.sizeBytes)
  return sizes
}

/** Of pieces of these sizes, one after the other. */
async function digestsOf(
  { service, signal }: OperationContext,
  algorithm: ChecksumAlgorithm,
  sizes: readonly number[],
  bytes: AsyncIterable<Uint8Array> | readonly Uint8Array[],
): Promise<Buffer[]> {
  const digests: Buffer[] = []
  const start = () => service.digests.start([algorithm], sizes[digests.length] ?? 0)
  let piece = start()
  let left = sizes[0] ?? 0
  const end = async (): Promise<void> => {
    digests.push(...(await piece.finish()))
    piece = start()
    left = sizes[digests.length] ?? Infinity
  }
  try {
    for await (const chunk of bytes) {
      signal.throwIfAborted()
      let rest = chunk
      while (rest.length > left) {
        await piece.update(rest.subarray(0, left))
        rest = rest.subarray(left)
        await end()
      }
      await piece.update(rest)
      left -= rest.length
    }
    while (digests.length < sizes.length) await end()
    return digests
  } finally {
    piece.cancel()
  }
}
