import { hash } from 'node:crypto'
import { CHECKSUM_ALGORITHMS, type ChecksumAlgorithm } from '../../../base/checksums.ts'
import { justAfter } from '../../../metadata/just-after.ts'
import type { Entry } from '../../../metadata/ordered-store.ts'
import type { BucketRow, ListedPart, PartRow, UploadRow } from '../../../metadata/tables/rows.ts'
import { partChanges, parts as partsTable } from '../../../metadata/tables/tables.ts'
import type { Transaction } from '../../../metadata/transaction.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { CompletedPart, CompleteMultipartUploadInput } from '../../../model/types.gen.ts'
import { PARTS_A_TURN, partsInTurns, turnOfParts } from '../../shared/content/parts-in-turns.ts'
import { bareEtag } from './completed-upload.ts'
import type { UploadAddress } from './find-upload.ts'
import { assertChecksumForm } from './checksum-of-parts.ts'
import { assertPartNumber, checksumMismatch, partAlgorithm } from './store-part.ts'

export interface AssembledParts {
  readonly parts: readonly ListedPart[]
  readonly sizeBytes: number
  /** `md5-of-md5s-N`, without quotes. */
  readonly etag: string
}

interface UploadedPart {
  readonly entry: Entry
  readonly row: PartRow
}

/** By part number. One that cannot be read is in nobody's way who does not list it. */
type UploadedParts = ReadonlyMap<number, Entry>

/**
 * Holds the client's list against what was uploaded, which the transaction relies on. Throws MalformedXML,
 * InvalidPartOrder, InvalidPart, EntityTooSmall or InvalidRequest as CompleteMultipartUpload documents them.
 */
export async function assembleParts(
  transaction: Transaction,
  input: CompleteMultipartUploadInput,
  upload: UploadRow,
  minimumPartBytes: number,
): Promise<AssembledParts> {
  const listed = input.MultipartUpload.Parts ?? []
  if (listed.length === 0) throw new S3Error('MalformedXML')
  assertOrder(listed, input.UploadId)
  // An older version that shares the store tells of no change.
  const reliesOnEach = transaction.writtenVersion === 1
  await transaction.get(partChanges, input.UploadId)
  const uploaded = await readParts(transaction, input.UploadId)
  const parts: ListedPart[] = []
  const digests: string[] = []
  let startByte = 0
  for await (const slice of partsInTurns(listed)) {
    for (const item of slice) {
      const { entry, row } = findPart(uploaded, item, input.UploadId, upload)
      const isLast = item === listed.at(-1)
      if (!isLast && row.sizeBytes < minimumPartBytes) throw tooSmall(row, item, minimumPartBytes)
      if (reliesOnEach) transaction.expect(entry.key, entry.stamp)
      parts.push({
        partNumber: item.PartNumber ?? 0,
        startByte,
        sizeBytes: row.sizeBytes,
        content: row.content,
        checksum: row.checksum?.value,
      })
      digests.push(row.etag)
      startByte += row.sizeBytes
    }
  }
  assertSize(input.MpuObjectSize, startByte)
  const md5 = hash('md5', Buffer.from(digests.join(''), 'hex'), 'hex')
  return { parts, sizeBytes: startByte, etag: `${md5}-${parts.length}` }
}

function assertOrder(listed: readonly CompletedPart[], uploadId: string): void {
  let previous = 0
  for (const { PartNumber, ETag } of listed) {
    if (PartNumber === undefined || ETag === undefined) throw new S3Error('MalformedXML')
    assertPartNumber(PartNumber)
    if (PartNumber <= previous) throw new S3Error('InvalidPartOrder', { UploadId: uploadId })
    previous = PartNumber
  }
}

/**
 * Throws InvalidPartOrder where a checksum is made of those of parts, or the bucket is a directory bucket, and parts are not numbered from 1 on without a gap. Source: S3
 * API Reference, CompletedPart, `PartNumber`.
 */
export function assertConsecutive(
  { parts }: AssembledParts,
  { checksumType }: UploadRow,
  { UploadId }: UploadAddress,
  { directory }: Pick<BucketRow, 'directory'>,
): void {
  // They ascend: the last tells of all.
  if ((checksumType !== 'COMPOSITE' && !directory) || parts.at(-1)?.partNumber === parts.length) return
  const message =
    'The part numbers of an upload with checksums of its parts, or to a directory bucket, must start at 1 and be consecutive.'
  throw new S3Error('InvalidPartOrder', { UploadId }, { message })
}

async function readParts(transaction: Transaction, uploadId: string): Promise<UploadedParts> {
  const found = new Map<number, Entry>()
  let { start, end } = partsTable.range(uploadId)
  for (;;) {
    await turnOfParts(PARTS_A_TURN)
    const entries = await transaction.scan({ start, end, limit: PARTS_A_TURN })
    for (const entry of entries) {
      const [, partNumber] = partsTable.parts(entry.key)
      found.set(partNumber, entry)
    }
    const last = entries.at(-1)
    if (!last || entries.length < PARTS_A_TURN) return found
    start = justAfter(last.key)
  }
}

function findPart(
  uploaded: UploadedParts,
  item: CompletedPart,
  uploadId: string,
  upload: UploadRow,
): UploadedPart {
  const { PartNumber = 0, ETag = '' } = item
  const entry = uploaded.get(PartNumber)
  const part = entry && { entry, row: partsTable.decode(entry) }
  const claimed = claimedChecksum(item, upload, PartNumber)
  const isMeant =
    part?.row.etag === bareEtag(ETag) && (claimed === undefined || claimed === part.row.checksum?.value)
  if (part && isMeant) return part
  throw new S3Error('InvalidPart', {
    UploadId: uploadId,
    PartNumber: String(PartNumber),
    ETag: bareEtag(ETag),
  })
}

/**
 * What the list claims of a part in the upload's algorithm, CRC64NVME where it was created without one. A composite
 * checksum needs it of every part. Another than the one that the upload was created with is refused; where it was created
 * without, parts were taken with any, and what theirs was is not known any more. Source: S3 User Guide, "Checking object
 * integrity".
 */
function claimedChecksum(item: CompletedPart, upload: UploadRow, partNumber: number): string | undefined {
  const algorithm = partAlgorithm(upload)
  const [given, another] = checksumsIn(item)
  if (another !== undefined) {
    const message = `A part may have one checksum, and part ${partNumber} has ${given} and ${another}.`
    throw new S3Error('InvalidRequest', {}, { message })
  }
  if (given !== undefined && given !== algorithm) {
    if (upload.checksumAlgorithm !== undefined) throw checksumMismatch(algorithm, given)
    assertChecksumForm(given, item[`Checksum${given}`] ?? '')
  }
  const claimed = item[`Checksum${algorithm}`]
  if (claimed !== undefined) return claimed
  if (upload.checksumType !== 'COMPOSITE') return undefined
  const message = `The upload was created using a ${algorithm.toLowerCase()} checksum. The complete request must include the checksum for each part. It was missing for part ${partNumber} in the request.`
  throw new S3Error('InvalidRequest', {}, { message })
}

/** Names are put together once: there may be 10,000 parts. */
function checksumsIn(item: CompletedPart): ChecksumAlgorithm[] {
  const given = CHECKSUM_MEMBERS.filter(({ member }) => item[member] !== undefined)
  return given.map(({ name }) => name)
}

const CHECKSUM_MEMBERS = CHECKSUM_ALGORITHMS.map((name) => ({ name, member: `Checksum${name}` as const }))

function tooSmall(row: PartRow, item: CompletedPart, minimumPartBytes: number): S3Error {
  return new S3Error('EntityTooSmall', {
    ProposedSize: String(row.sizeBytes),
    MinSizeAllowed: String(minimumPartBytes),
    PartNumber: String(item.PartNumber),
    ETag: row.etag,
  })
}

function assertSize(claimed: number | undefined, actual: number): void {
  if (claimed === undefined || claimed === actual) return
  const message = `The provided 'x-amz-mp-object-size' header value ${claimed} does not match what was computed: ${actual}`
  throw new S3Error('InvalidRequest', {}, { message })
}
