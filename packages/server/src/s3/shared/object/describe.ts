import type {
  ChecksumRow,
  Description,
  DirectoryRow,
  ListedObjectRow,
  ObjectRow,
} from '../../../metadata/tables/rows.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { StorageClass } from '../../../model/types.gen.ts'
import { assertUserMetadata } from '../../../model/user-metadata.ts'

/** The members of an upload that describe its object. */
export interface DescribingInput {
  readonly CacheControl?: string | undefined
  readonly ContentDisposition?: string | undefined
  readonly ContentEncoding?: string | undefined
  readonly ContentLanguage?: string | undefined
  readonly ContentType?: string | undefined
  readonly Expires?: string | undefined
  readonly Metadata?: Readonly<Record<string, string>> | undefined
  readonly StorageClass?: StorageClass | undefined
  readonly WebsiteRedirectLocation?: string | undefined
}

/**
 * Source: S3 API Reference, PutObject, `x-amz-storage-class`. What it lists besides is no class of general purpose
 * buckets: OUTPOSTS, SNOW, EXPRESS_ONEZONE, FSX_OPENZFS and FSX_ONTAP are those of other services and kinds of bucket.
 */
const STORAGE_CLASSES: ReadonlySet<string> = new Set([
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER',
  'DEEP_ARCHIVE',
  'GLACIER_IR',
])

/** The one class of a directory bucket. Source: S3 API Reference, PutObject, `x-amz-storage-class`. */
function classOf({ locationType }: DirectoryRow): StorageClass {
  return locationType === 'LocalZone' ? 'ONEZONE_IA' : 'EXPRESS_ONEZONE'
}

/** Checks what the client says of its object and brings it into the form of a row. */
export function describe(
  input: DescribingInput,
  moreStorageClasses: readonly string[],
  directory?: DirectoryRow,
): Description {
  const { Metadata, StorageClass = directory && classOf(directory), WebsiteRedirectLocation } = input
  if (Metadata) assertUserMetadata(Metadata)
  const isKnown = directory
    ? StorageClass === classOf(directory)
    : StorageClass === undefined ||
      STORAGE_CLASSES.has(StorageClass) ||
      moreStorageClasses.includes(StorageClass)
  if (!isKnown) {
    throw new S3Error('InvalidStorageClass', { StorageClassRequested: StorageClass ?? '' })
  }
  if (WebsiteRedirectLocation !== undefined) assertRedirect(WebsiteRedirectLocation)
  return {
    // Pages send an empty one for files whose type the browser does not know.
    contentType: input.ContentType === '' ? undefined : input.ContentType,
    cacheControl: input.CacheControl,
    contentDisposition: input.ContentDisposition,
    contentEncoding: input.ContentEncoding,
    contentLanguage: input.ContentLanguage,
    expires: input.Expires,
    websiteRedirectLocation: WebsiteRedirectLocation,
    metadata: Metadata && Object.keys(Metadata).length > 0 ? Metadata : undefined,
    storageClass: StorageClass === 'STANDARD' ? undefined : StorageClass,
  }
}

/** Source: S3 User Guide, "Configuring a webpage redirect": a path within the bucket or an http(s) URL, 2 KB at most. */
function assertRedirect(location: string): void {
  if (/^(\/|https?:\/\/)/.test(location) && Buffer.byteLength(location) <= 2048) return
  throw new S3Error('InvalidRedirectLocation')
}

/** A description as the headers of GetObject and HeadObject. STANDARD is not named, as on S3. */
export function descriptionHeaders(row: Description): Omit<DescribingInput, 'StorageClass'> & {
  StorageClass?: StorageClass | undefined
} {
  return {
    // Source: S3 API Reference, PutObject: without a type S3 answers binary/octet-stream.
    ContentType: row.contentType ?? 'binary/octet-stream',
    CacheControl: row.cacheControl,
    ContentDisposition: row.contentDisposition,
    ContentEncoding: row.contentEncoding,
    ContentLanguage: row.contentLanguage,
    Expires: row.expires,
    WebsiteRedirectLocation: row.websiteRedirectLocation,
    Metadata: row.metadata,
    StorageClass: row.storageClass,
  }
}

export function wholeSeconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000) * 1000
}

let lastDate = new Date(0)

/** S3 tells times of change in whole seconds, in documents too. Rows of the same second share a date. */
export function lastModified({ modifiedMilliseconds }: { readonly modifiedMilliseconds: number }): Date {
  const milliseconds = wholeSeconds(modifiedMilliseconds)
  if (lastDate.getTime() !== milliseconds) lastDate = new Date(milliseconds)
  return lastDate
}

export function quoted(etag: string): string {
  return `"${etag}"`
}

type ChecksumMembers = { readonly [Name in `Checksum${string}`]: string }

/** A checksum as the member that carries it, for example `ChecksumCRC32`. */
export function checksumMember(checksum: ChecksumRow | undefined): ChecksumMembers {
  const members: Record<`Checksum${string}`, string> = {}
  // Not as a computed name in the literal, which V8 puts together by a call.
  if (checksum) members[`Checksum${checksum.algorithm}`] = checksum.value
  return members
}

/** A checksum with its type. */
export function checksumMembers(
  checksum: ChecksumRow | undefined,
): ChecksumMembers & { ChecksumType?: ChecksumRow['type'] } {
  const members: ChecksumMembers & { ChecksumType?: ChecksumRow['type'] } = checksumMember(checksum)
  if (checksum) members.ChecksumType = checksum.type
  return members
}

/** The headers that a 304 carries. */
export function notModifiedHeaders(row: ObjectRow): Record<string, string> {
  return {
    ETag: quoted(row.etag),
    'Last-Modified': lastModified(row).toUTCString(),
    ...(row.cacheControl !== undefined && { 'Cache-Control': row.cacheControl }),
    ...(row.expires !== undefined && { Expires: row.expires }),
  }
}

/** What a listing tells of an object's checksum. */
export function listedChecksum({ checksum }: Pick<ListedObjectRow, 'checksum'>) {
  return checksum && { ChecksumAlgorithm: [checksum.algorithm as 'CRC32'], ChecksumType: checksum.type }
}
