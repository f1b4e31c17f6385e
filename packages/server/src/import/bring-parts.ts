import { hash } from 'node:crypto'
import { arnOf } from '../access/principal.ts'
import type { ObjectTraits, UploadRow, VersionOrder } from '../metadata/tables/rows.ts'
import { parts as partsTable, uploads } from '../metadata/tables/tables.ts'
import { readRow, transact } from '../metadata/transaction.ts'
import { readableRows } from '../metadata/unreadable-rows.ts'
import { checksumAlgorithm, headerName } from '../model/upload-checksum.ts'
import { bucketForWrite } from '../s3/shared/bucket/bucket-row.ts'
import { chooseEncryption } from '../s3/shared/sealing/choose-encryption.ts'
import { sealFurther } from '../s3/shared/sealing/open-encryption.ts'
import { withObjectKey } from '../s3/shared/sealing/object-key.ts'
import type { OperationContext } from '../s3/shared/service/operation.ts'
import { abortUpload } from '../s3/operations/multipart/abort-upload.ts'
import { assembleParts } from '../s3/operations/multipart/assemble-parts.ts'
import { checksumOfParts } from '../s3/operations/multipart/checksum-of-parts.ts'
import { replaceUpload } from '../s3/operations/multipart/replace-upload.ts'
import { storePart } from '../s3/operations/multipart/store-part.ts'
import { operatorContext } from '../set-up/perform.ts'
import { algorithmOfHeaders, claimedDigests, isEtagDigest } from './claimed-digests.ts'
import type { ImportJob } from './import-target.ts'
import { inParallel } from './parallel.ts'
import { traitsOf } from './object-traits.ts'
import { placeBrought } from './place-brought.ts'
import { retrying } from './retry.ts'
import { asAnswered, bodyFaultOf, bodyOfAnswer } from './source-answer.ts'
import { BodyFault, SourceError } from './source-error.ts'
import type { SourceVersion } from './source-listing.ts'
import { identityOf, versionQuery } from './version-names.ts'

type Headers = Readonly<Record<string, string | undefined>>

/** Of one object. Others come at the same time. */
const PARTS_AT_ONCE = 4
const WITH_CHECKSUM = { 'x-amz-checksum-mode': 'ENABLED' }

/**
 * Brings an object part by part, as it was uploaded, through an upload of its own that a later run goes on with. False where
 * the source does not tell its parts. Source: S3 API Reference, GetObject, `partNumber`.
 */
export async function bringParts(
  job: ImportJob,
  listed: SourceVersion,
  order: VersionOrder,
): Promise<boolean> {
  const first = await headOfFirstPart(job, listed)
  const count = Number(first?.['x-amz-mp-parts-count'] ?? NaN)
  if (!(count >= 1)) {
    job.tell(
      listed,
      'the source does not tell the parts it was uploaded in: here it has one, and the same ETag',
    )
    return false
  }
  // The checksum that comes with a part may be the part's.
  const query = versionQuery(listed)
  const head = await job.source.head({ bucket: job.from, key: listed.key, query }, WITH_CHECKSUM)
  const version = asAnswered(listed, head)
  const traits = await traitsOf(job, version, head)
  const upload = await openUpload(job, version, head, traits)
  await bringAll(job, version, upload, count)
  await finish(job, version, upload, order, head)
  return true
}

/** `undefined` where the source does not know parts. */
async function headOfFirstPart(job: ImportJob, version: SourceVersion): Promise<Headers | undefined> {
  const query = { ...versionQuery(version), partNumber: 1 }
  try {
    return await job.source.head({ bucket: job.from, key: version.key, query }, WITH_CHECKSUM)
  } catch (error) {
    if (error instanceof SourceError && [400, 405, 416, 501].includes(error.status)) return undefined
    throw error
  }
}

interface OpenUpload {
  readonly id: string
  readonly row: UploadRow
  readonly context: OperationContext
}

/** The same version has the same upload each time, so that what came before a crash need not come again. */
async function openUpload(
  job: ImportJob,
  version: SourceVersion,
  head: Headers,
  traits: Omit<ObjectTraits, 'encryption'>,
): Promise<OpenUpload> {
  const { service, owner, to, bucket } = job
  const { key, versionId, etag } = version
  const time = version.modifiedMilliseconds.toString(16).padStart(12, '0').slice(-12)
  const id = time + hash('sha256', JSON.stringify([bucket.id, key, versionId, etag]), 'hex').slice(0, 28)
  const context = await operatorContext(service, owner, 'CreateMultipartUpload', { Bucket: to, Key: key })
  const there = await readRow(service.stores.metadata, uploads, bucket.id, key, id)
  if (there) return { id, row: there, context }
  const encryption = await withObjectKey(
    service.encryption,
    await chooseEncryption(context, { Bucket: to, Key: key }),
  )
  const row: UploadRow = {
    traits: { ...traits, encryption },
    initiatedMilliseconds: service.clock.now().getTime(),
    initiatorAccountId: owner.id,
    initiatorArn: arnOf(owner),
    ...checksumKindOf(head),
  }
  await transact(service.stores.metadata, async (transaction) => {
    await bucketForWrite(transaction, to, bucket)
    transaction.put(uploads, [bucket.id, key, id], row)
  })
  return { id, row, context }
}

/** A checksum of the whole that is no CRC cannot be made of those of parts: then there is a CRC of it besides. */
function checksumKindOf(head: Headers): Pick<UploadRow, 'checksumAlgorithm' | 'checksumType'> {
  const algorithm = algorithmOfHeaders(head)
  const value = algorithm && head[headerName(algorithm)]
  const isComposite = head['x-amz-checksum-type'] === 'COMPOSITE' || value?.includes('-') === true
  if (algorithm && isComposite) return { checksumAlgorithm: algorithm, checksumType: 'COMPOSITE' }
  const isCrc = algorithm?.startsWith('CRC') === true
  return { checksumAlgorithm: isCrc ? algorithm : undefined, checksumType: 'FULL_OBJECT' }
}

const MOST_PART_NUMBERS = 10_000

/** Numbers need not be in a row: behind as many as there are parts, those are looked for that are still missing. */
async function bringAll(
  job: ImportJob,
  version: SourceVersion,
  upload: OpenUpload,
  count: number,
): Promise<void> {
  let found = 0
  const bring = async (number: number): Promise<void> => {
    if (await bringUnlessThere(job, version, upload, number)) found++
  }
  await inParallel(
    numbersUntil(1, () => count),
    PARTS_AT_ONCE,
    bring,
  )
  const last = (): number => (found < count ? MOST_PART_NUMBERS : 0)
  await inParallel(numbersUntil(count + 1, last), 1, bring)
  if (found !== count) throw new BodyFault(`the source has ${count} parts, and gave ${found}`)
}

async function* numbersUntil(first: number, last: () => number): AsyncGenerator<number> {
  for (let number = first; number <= last(); number++) yield number
}

/** False where the object has no part of that number. */
async function bringUnlessThere(
  job: ImportJob,
  version: SourceVersion,
  upload: OpenUpload,
  number: number,
): Promise<boolean> {
  if (await readRow(job.service.stores.metadata, partsTable, upload.id, number)) return true
  try {
    await bringPart(job, version, upload, number)
    return true
  } catch (error) {
    if (error instanceof SourceError && error.status === 416) return false
    throw error
  }
}

function bringPart(
  job: ImportJob,
  version: SourceVersion,
  upload: OpenUpload,
  number: number,
): Promise<void> {
  const { key } = version
  const { context, row } = upload
  return retrying(async () => {
    const query = { ...versionQuery(version), partNumber: number }
    const answer = await job.source.ask('GET', { bucket: job.from, key, query }, WITH_CHECKSUM)
    try {
      if (answer.status !== 206 && number > 1)
        throw new Error('the source gave all of an object for one of its parts')
      const address = { Bucket: job.to, Key: key, UploadId: upload.id, PartNumber: number }
      const { md5: _, ...claims } = claimedDigests(answer.headers)
      const sealer = await sealFurther(context, row.traits.encryption, {}, { bucketName: job.to, key })
      await storePart(address, row, bodyOfAnswer(job, answer), claims, sealer, context)
    } catch (error) {
      answer.giveUp()
      throw bodyFaultOf(error)
    }
  }, job.service)
}

/** All parts are there: they become the object, if they are those that the source's ETag is made of. */
async function finish(
  job: ImportJob,
  version: SourceVersion,
  { id, row: upload }: OpenUpload,
  order: VersionOrder,
  head: Headers,
): Promise<void> {
  const { service, to, bucket } = job
  const { key, etag, modifiedMilliseconds } = version
  const contentId = service.contentIds.next()
  const address = { Bucket: to, Key: key, UploadId: id }
  const listed = await listedParts(job, id)
  const assembled = await transact(service.stores.metadata, (transaction) =>
    assembleParts(transaction, { ...address, MultipartUpload: { Parts: listed } }, upload, 0),
  )
  const checksum = await checksumOfParts(assembled.parts, upload)
  const wanted = upload.checksumAlgorithm && head[headerName(checksumAlgorithm(upload.checksumAlgorithm))]
  const isRight =
    (!isEtagDigest(head) || assembled.etag === etag) && (wanted === undefined || wanted === checksum.value)
  if (!isRight) {
    await abortUpload(service, address, bucket)
    throw new BodyFault(
      `the parts that came make up ${assembled.etag} and ${checksum.value}, and not what the source says`,
    )
  }
  const row = {
    ...upload.traits,
    ...identityOf(version, order),
    etag,
    sizeBytes: assembled.sizeBytes,
    modifiedMilliseconds,
    content: { kind: 'parts', id: contentId, partCount: assembled.parts.length },
    checksum,
  } as const
  await placeBrought(job, key, row, undefined, (transaction) =>
    replaceUpload(transaction, bucket, address, contentId, assembled),
  )
  service.garbageAdded()
}

async function listedParts({ service }: ImportJob, uploadId: string) {
  const listed = []
  for await (const { parts, row } of readableRows(
    service.stores.metadata,
    partsTable,
    partsTable.range(uploadId),
  )) {
    const checksum = row.checksum && { [`Checksum${row.checksum.algorithm}`]: row.checksum.value }
    listed.push({ PartNumber: parts[1], ETag: row.etag, ...checksum })
  }
  return listed
}
