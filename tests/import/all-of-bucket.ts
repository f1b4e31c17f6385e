import { hash } from 'node:crypto'
import {
  GetObjectAclCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  type S3Client,
} from '@aws-sdk/client-s3'

/** What is told of one version, in a form that two servers can be compared by. */
export interface KnownVersion {
  readonly Key: string | undefined
  readonly VersionId: string | undefined
  readonly [member: string]: unknown
}

const ATTRIBUTES = ['Checksum', 'ObjectParts', 'ObjectSize', 'StorageClass', 'ETag'] as const

/** Everything that S3 tells of a bucket's versions, bytes included, in the order of the listing. */
export async function allOfBucket(
  client: S3Client,
  Bucket: string,
  { isMinio = false }: { readonly isMinio?: boolean } = {},
): Promise<KnownVersion[]> {
  const versions: KnownVersion[] = []
  let markers: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {}
  for (;;) {
    const page = await client.send(new ListObjectVersionsCommand({ Bucket, MaxKeys: 50, ...markers }))
    for (const { Key, VersionId, IsLatest, LastModified } of page.DeleteMarkers ?? [])
      versions.push({ Key, VersionId, IsLatest, LastModified, isDeleteMarker: true })
    for (const { Key, VersionId, Owner: _, ...listed } of page.Versions ?? []) {
      const named = { Bucket, Key, VersionId }
      versions.push({
        Key,
        VersionId,
        listed,
        ...(await allOfVersion(client, named)),
        ...(listed.ETag?.includes('-') && { firstPart: await firstPart(client, named) }),
        ...(!isMinio && (await attributesOf(client, named))),
      })
    }
    if (!page.IsTruncated) break
    markers = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
  }
  return versions.toSorted((a, b) => nameOf(a).localeCompare(nameOf(b)))
}

function nameOf({ Key, VersionId }: KnownVersion): string {
  return `${Key} ${VersionId}`
}

type Named = {
  readonly Bucket: string
  readonly Key: string | undefined
  readonly VersionId: string | undefined
}

async function allOfVersion(client: S3Client, named: Named) {
  const {
    Body,
    $metadata: _,
    ...head
  } = await client.send(new GetObjectCommand({ ...named, ChecksumMode: 'ENABLED' }))
  const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array()
  const tagging = await client.send(new GetObjectTaggingCommand(named))
  return { head, sha256: hash('sha256', bytes), tags: tagging.TagSet }
}

async function firstPart(client: S3Client, named: Named) {
  const { PartsCount, ContentLength } = await client.send(new HeadObjectCommand({ ...named, PartNumber: 1 }))
  return { PartsCount, ContentLength }
}

/** MinIO has no ACLs, and takes no list of attributes. */
async function attributesOf(client: S3Client, named: Named) {
  const { $metadata: _, ...attributes } = await client.send(
    new GetObjectAttributesCommand({ ...named, ObjectAttributes: [...ATTRIBUTES] }),
  )
  const { Grants } = await client.send(new GetObjectAclCommand(named))
  return { attributes, Grants }
}
