import type { XmlElement } from '../protocol/xml-reader.ts'
import type { S3Source } from './s3-source.ts'
import { SourceError } from './source-error.ts'
import { childOf, textOf } from './xml-elements.ts'

/** A version of an object at the source, or a delete marker. */
export interface SourceVersion {
  readonly key: string
  /** `null` where the bucket never had versioning. */
  readonly versionId: string
  readonly isLatest: boolean
  readonly isDeleteMarker: boolean
  readonly modifiedMilliseconds: number
  /** Without quotes; empty of a delete marker. */
  readonly etag: string
  readonly sizeBytes: number
  readonly storageClass: string
}

/** All versions of a bucket, by key, the newest of a key first. Objects alone where the source lists no versions. */
export async function* listVersions(
  source: S3Source,
  bucket: string,
  prefix = '',
): AsyncGenerator<SourceVersion[]> {
  let isFirst = true
  try {
    for await (const page of pagesOf(
      source,
      bucket,
      { versions: '', prefix },
      'key-marker',
      'NextKeyMarker',
    )) {
      yield page
      isFirst = false
    }
  } catch (error) {
    if (!isFirst || !(error instanceof SourceError) || !isUnknownRequest(error)) throw error
    yield* pagesOf(source, bucket, { 'list-type': 2, prefix }, 'continuation-token', 'NextContinuationToken')
  }
}

function isUnknownRequest({ status, code }: SourceError): boolean {
  return status === 501 || status === 405 || (status === 400 && code !== 'InvalidBucketName')
}

async function* pagesOf(
  source: S3Source,
  bucket: string,
  query: Readonly<Record<string, string | number>>,
  marker: string,
  nextMarker: string,
): AsyncGenerator<SourceVersion[]> {
  let next: Readonly<Record<string, string>> = {}
  for (;;) {
    const asked = { ...query, 'encoding-type': 'url', 'max-keys': 1000, ...next }
    const document = await source.document({ bucket, query: asked })
    const decode = textOf(document, 'EncodingType') === 'url' ? decodeUrl : asItIs
    yield inOrder(document.children.filter(isVersion).map((element) => versionOf(element, decode)))
    if (textOf(document, 'IsTruncated') !== 'true') return
    const token = textOf(document, nextMarker)
    if (token === undefined) throw new Error('the source says that there is more, and not where to go on')
    const versionId = textOf(document, 'NextVersionIdMarker')
    next = {
      [marker]: marker === 'key-marker' ? decode(token) : token,
      ...(versionId !== undefined && { 'version-id-marker': versionId }),
    }
  }
}

/** Some servers tell of all objects of a page before all delete markers; S3 tells of both in one order, key by key. */
function inOrder(versions: SourceVersion[]): SourceVersion[] {
  const isOrdered = versions.every(
    (version, index) => index === 0 || byKey(versions[index - 1], version) <= 0,
  )
  return isOrdered ? versions : versions.toSorted((one, other) => byKey(one, other) || byAge(one, other))
}

function byKey(one: SourceVersion | undefined, other: SourceVersion): number {
  return one ? Buffer.compare(Buffer.from(one.key), Buffer.from(other.key)) : -1
}

function byAge(one: SourceVersion, other: SourceVersion): number {
  if (one.isLatest !== other.isLatest) return one.isLatest ? -1 : 1
  return other.modifiedMilliseconds - one.modifiedMilliseconds
}

const VERSIONS = new Set(['Version', 'DeleteMarker', 'Contents'])

function isVersion({ name }: XmlElement): boolean {
  return VERSIONS.has(name)
}

function versionOf(element: XmlElement, decode: (text: string) => string): SourceVersion {
  const texts = new Map(element.children.map(({ name, text }) => [name, text]))
  const modifiedMilliseconds = Date.parse(texts.get('LastModified') ?? '')
  const key = texts.get('Key')
  if (key === undefined || Number.isNaN(modifiedMilliseconds))
    throw new Error('a listing of the source is none')
  return {
    key: decode(key),
    versionId: texts.get('VersionId') || 'null',
    isLatest: texts.get('IsLatest') !== 'false',
    isDeleteMarker: element.name === 'DeleteMarker',
    modifiedMilliseconds,
    etag: (texts.get('ETag') ?? '').replaceAll('"', ''),
    sizeBytes: Number(texts.get('Size') ?? 0),
    storageClass: texts.get('StorageClass') || 'STANDARD',
  }
}

function decodeUrl(text: string): string {
  return decodeURIComponent(text.replaceAll('+', '%20'))
}

function asItIs(text: string): string {
  return text
}

/** The buckets of whoever signs. */
export async function listBuckets(source: S3Source): Promise<string[]> {
  const names: string[] = []
  for (let token: string | undefined; ;) {
    const query = { 'continuation-token': token }
    const document = await source.document({ query })
    const buckets = childOf(document, 'Buckets')?.children ?? []
    names.push(...buckets.flatMap((bucket) => textOf(bucket, 'Name') ?? []))
    token = textOf(document, 'ContinuationToken')
    if (!token) return names
  }
}
