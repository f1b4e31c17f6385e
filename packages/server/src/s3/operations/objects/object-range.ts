import type { ByteRange } from '../../../blobs/blob-store.ts'
import type { Soon } from '../../../base/soon.ts'
import type { ChecksumRow, ListedPart, ObjectRow } from '../../../metadata/tables/rows.ts'
import { parseRange } from '../../../model/http-range.ts'
import { S3Error } from '../../../model/s3-error.ts'
import { partsFrom } from '../../shared/content/read-content.ts'
import type { Stores } from '../../shared/content/stores.ts'
import { allowsRange } from '../../shared/object/preconditions.ts'

/** The bytes that a GET or HEAD is about, and the headers that follow from the choice. */
export interface Selection {
  readonly range: ByteRange
  readonly headers: {
    readonly StatusCode?: number
    readonly ContentLength: number
    readonly ContentRange?: string
    readonly PartsCount?: number
  }
  /** The checksum of just these bytes, where one is known. */
  readonly checksum: ChecksumRow | undefined
}

interface RangeInput {
  readonly Range?: string | undefined
  readonly PartNumber?: number | undefined
  readonly ChecksumMode?: string | undefined
}

/** Applies `Range`, unless `If-Range` does not hold, or `partNumber`. Throws InvalidRange or InvalidPartNumber where they name nothing. */
export function selectBytes(
  stores: Stores,
  row: ObjectRow,
  input: RangeInput,
  ifRange: string | undefined,
): Soon<Selection> {
  if (input.PartNumber !== undefined) {
    if (input.Range !== undefined) {
      const message = 'Cannot specify both Range header and partNumber query parameter'
      throw new S3Error('InvalidRequest', {}, { message })
    }
    return selectPart(stores, row, input.PartNumber)
  }
  const range = allowsRange(ifRange, row) ? parseRange(input.Range, row.sizeBytes) : undefined
  if (!range) return whole(row)
  if (range === 'unsatisfiable') {
    const fields = { RangeRequested: input.Range ?? '', ActualObjectSize: String(row.sizeBytes) }
    // Tells who resumes a download that he has it all already. Source: RFC 9110 section 15.5.17.
    throw new S3Error('InvalidRange', fields, { headers: { 'Content-Range': `bytes */${row.sizeBytes}` } })
  }
  const { content, checksum } = row
  if (input.ChecksumMode === 'ENABLED' && checksum?.type === 'COMPOSITE' && content.kind === 'parts')
    return selectAligned(stores, row, range, content.id, checksum)
  return partial(row, range, checksumOfRange(row, range))
}

/** A checksum is of the whole object; on a part of it a client would find it wrong. */
function checksumOfRange(row: ObjectRow, range: ByteRange): ChecksumRow | undefined {
  const isWhole = range.start === 0 && range.end === row.sizeBytes
  return isWhole ? row.checksum : undefined
}

/**
 * Of a range that is just one part of the upload the part's checksum is told. Source: S3 User Guide, "Checking object integrity",
 * "Using part-level checksums for multipart uploads".
 */
async function selectAligned(
  stores: Stores,
  row: ObjectRow,
  range: ByteRange,
  contentId: string,
  checksum: ChecksumRow,
): Promise<Selection> {
  const first: IteratorResult<ListedPart, undefined> = await partsFrom(stores, contentId, range.start).next()
  const part = first.value
  const isPart = part?.startByte === range.start && part.sizeBytes === range.end - range.start
  return partial(row, range, isPart ? checksumOfPart(part, checksum) : checksumOfRange(row, range))
}

function checksumOfPart({ checksum: value }: ListedPart, whole: ChecksumRow): ChecksumRow | undefined {
  return value === undefined ? undefined : { ...whole, value }
}

function whole(row: ObjectRow): Selection {
  const range = { start: 0, end: row.sizeBytes }
  return { range, headers: { ContentLength: row.sizeBytes }, checksum: row.checksum }
}

function partial(
  row: ObjectRow,
  range: ByteRange,
  checksum: ChecksumRow | undefined,
  partsCount?: number,
): Selection {
  return {
    range,
    headers: {
      // Nothing is no range of anything: a 206 could not say which (RFC 9110, section 15.3.7).
      ...(range.end > range.start && {
        StatusCode: 206,
        ContentRange: `bytes ${range.start}-${range.end - 1}/${row.sizeBytes}`,
      }),
      ContentLength: range.end - range.start,
      ...(partsCount !== undefined && { PartsCount: partsCount }),
    },
    checksum,
  }
}

/** An object uploaded in one request, or copied in one, is its own part 1. */
async function selectPart(stores: Stores, row: ObjectRow, partNumber: number): Promise<Selection> {
  if (row.content.kind !== 'parts' || row.content.partCount === undefined) {
    if (partNumber === 1) return partial(row, { start: 0, end: row.sizeBytes }, row.checksum)
    throw invalidPartNumber(partNumber, 1)
  }
  const { id, partCount } = row.content
  const part = await findPart(stores, id, partNumber)
  if (!part) throw invalidPartNumber(partNumber, partCount)
  const range = { start: part.startByte, end: part.startByte + part.sizeBytes }
  return partial(row, range, checksumOfNumbered(row, part, partCount), partCount)
}

/**
 * Of a checksum of the full object no part tells one, unless it is all there is: as seen on S3 (localstack/localstack#12842,
 * boto/s3transfer#418).
 */
function checksumOfNumbered(
  { checksum }: ObjectRow,
  part: ListedPart,
  partCount: number,
): ChecksumRow | undefined {
  if (checksum?.type === 'COMPOSITE') return checksumOfPart(part, checksum)
  return partCount === 1 ? checksum : undefined
}

async function findPart(
  stores: Stores,
  contentId: string,
  partNumber: number,
): Promise<ListedPart | undefined> {
  for await (const part of partsFrom(stores, contentId, 0)) if (part.partNumber === partNumber) return part
  return undefined
}

function invalidPartNumber(requested: number, actual: number): S3Error {
  const fields = { PartNumberRequested: String(requested), ActualPartCount: String(actual) }
  return new S3Error('InvalidPartNumber', fields)
}
