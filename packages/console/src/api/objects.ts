import { ApiError } from './api-error.ts'
import { send, sendXml } from './send.ts'
import { objectPath } from './uri-encoding.ts'
import { parseXml, S3_NAMESPACE, xmlChildren, xmlEscape, xmlText } from './xml.ts'

/** A folder is a prefix that keys have in common, and no object. */
export type Entry =
  | { readonly kind: 'folder'; readonly key: string }
  | {
      readonly kind: 'object'
      readonly key: string
      readonly sizeBytes: number
      readonly modified: Date
      readonly storageClass: string
    }

export interface Page {
  readonly entries: readonly Entry[]
  /** Of the next page; absent at the end. */
  readonly next: string | undefined
}

export interface Listing {
  readonly bucket: string
  readonly prefix: string
  /** Whether what lies below the next slash is told as one folder. */
  readonly folders: boolean
  /** How many at once; as many as S3 answers, 1,000, where it is left out. */
  readonly most?: number
  readonly after?: string | undefined
  readonly signal?: AbortSignal | undefined
}

const MOST = 1000

/** A page of what a prefix holds, in S3's order. */
export async function listObjects({
  bucket,
  prefix,
  folders,
  most = MOST,
  after,
  signal,
}: Listing): Promise<Page> {
  const query = {
    'list-type': '2',
    'encoding-type': 'url',
    'max-keys': String(most),
    prefix,
    ...(folders && { delimiter: '/' }),
    ...(after !== undefined && { 'continuation-token': after }),
  }
  const response = await send({ method: 'GET', path: `/${bucket}`, query, signal })
  const root = parseXml(await response.text())
  const objects = xmlChildren(root, 'Contents').map(objectEntry)
  const common = xmlChildren(root, 'CommonPrefixes').map((entry): Entry => ({
    kind: 'folder',
    key: decoded(xmlText(entry, 'Prefix')),
  }))
  return { entries: merged(objects, common), next: xmlText(root, 'NextContinuationToken') }
}

function objectEntry(entry: Element): Entry {
  return {
    kind: 'object',
    key: decoded(xmlText(entry, 'Key')),
    sizeBytes: Number(xmlText(entry, 'Size')),
    modified: new Date(xmlText(entry, 'LastModified') ?? ''),
    storageClass: xmlText(entry, 'StorageClass') ?? 'STANDARD',
  }
}

/** S3's `encoding-type=url` writes a space as a plus. */
function decoded(text: string | undefined): string {
  return decodeURIComponent((text ?? '').replaceAll('+', ' '))
}

/** Both are sorted already, by bytes; sorting again by UTF-16 would differ, so folders come first. */
function merged(objects: readonly Entry[], folders: readonly Entry[]): Entry[] {
  return [...folders, ...objects]
}

export async function deleteObject(bucket: string, key: string): Promise<void> {
  await send({ method: 'DELETE', path: objectPath(bucket, key) })
}

/** An object that could not be deleted, and why. */
export interface Refused {
  readonly key: string
  readonly error: ApiError
}

/** Deletes up to 1,000 keys that XML can write, in one request; answers those that stayed, with the reason. */
export async function deleteObjects(bucket: string, keys: readonly string[]): Promise<Refused[]> {
  if (keys.length === 0) return []
  const objects = keys.map((key) => `<Object><Key>${xmlEscape(key)}</Key></Object>`).join('')
  const body = `<Delete xmlns="${S3_NAMESPACE}"><Quiet>true</Quiet>${objects}</Delete>`
  const answer = await sendXml({ method: 'POST', path: `/${bucket}`, query: { delete: '' }, body })
  return xmlChildren(parseXml(answer), 'Error').map((error) => ({
    key: xmlText(error, 'Key') ?? '',
    error: new ApiError(200, xmlText(error, 'Code') ?? '', xmlText(error, 'Message') ?? ''),
  }))
}
