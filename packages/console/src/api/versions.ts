import { send } from './send.ts'
import { parseXml, xmlText } from './xml.ts'

export interface Version {
  readonly key: string
  readonly versionId: string
  readonly isLatest: boolean
  /** Marks that the object was deleted: there are no bytes. */
  readonly isMarker: boolean
  readonly sizeBytes: number
  readonly modified: Date
}

export interface VersionPage {
  readonly versions: readonly Version[]
  readonly next: { readonly key: string; readonly versionId: string } | undefined
}

/** A page of all versions and delete markers below a prefix, newest first within each key. */
export async function listVersions(
  bucket: string,
  prefix: string,
  after: VersionPage['next'],
  signal?: AbortSignal,
): Promise<VersionPage> {
  const query = {
    versions: '',
    'encoding-type': 'url',
    prefix,
    ...(after && { 'key-marker': after.key, 'version-id-marker': after.versionId }),
  }
  const root = parseXml(await (await send({ method: 'GET', path: `/${bucket}`, query, signal })).text())
  const versions = Array.from(root.children)
    .filter(({ localName }) => localName === 'Version' || localName === 'DeleteMarker')
    .map(versionOf)
  const isMore = xmlText(root, 'IsTruncated') === 'true'
  const next = { key: decoded(root, 'NextKeyMarker'), versionId: xmlText(root, 'NextVersionIdMarker') ?? '' }
  return { versions, next: isMore ? next : undefined }
}

function versionOf(entry: Element): Version {
  return {
    key: decoded(entry, 'Key'),
    versionId: xmlText(entry, 'VersionId') ?? '',
    isLatest: xmlText(entry, 'IsLatest') === 'true',
    isMarker: entry.localName === 'DeleteMarker',
    sizeBytes: Number(xmlText(entry, 'Size') ?? 0),
    modified: new Date(xmlText(entry, 'LastModified') ?? ''),
  }
}

function decoded(parent: Element, name: string): string {
  return decodeURIComponent((xmlText(parent, name) ?? '').replaceAll('+', ' '))
}
