import { hash } from 'node:crypto'
import {
  GetObjectAclCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
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
export async function allOfBucket(client: S3Client, Bucket: string): Promise<KnownVersion[]> {
  const versions: KnownVersion[] = []
  let markers: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {}
  for (;;) {
    const page = await client.send(new ListObjectVersionsCommand({ Bucket, MaxKeys: 50, ...markers }))
    for (const { Key, VersionId, IsLatest, LastModified } of page.DeleteMarkers ?? [])
      versions.push({ Key, VersionId, IsLatest, LastModified, isDeleteMarker: true })
    for (const { Key, VersionId, Owner: _, ...listed } of page.Versions ?? []) {
      versions.push({ Key, VersionId, listed, ...(await allOfVersion(client, Bucket, Key, VersionId)) })
    }
    if (!page.IsTruncated) break
    markers = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
  }
  return versions.toSorted((a, b) => nameOf(a).localeCompare(nameOf(b)))
}

function nameOf({ Key, VersionId }: KnownVersion): string {
  return `${Key} ${VersionId}`
}

async function allOfVersion(
  client: S3Client,
  Bucket: string,
  Key: string | undefined,
  id: string | undefined,
) {
  const named = { Bucket, Key, VersionId: id }
  const {
    Body,
    $metadata: _,
    ...head
  } = await client.send(new GetObjectCommand({ ...named, ChecksumMode: 'ENABLED' }))
  const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array()
  const tagging = await client.send(new GetObjectTaggingCommand(named))
  const acl = await client.send(new GetObjectAclCommand(named))
  const { $metadata: __, ...attributes } = await client.send(
    new GetObjectAttributesCommand({ ...named, ObjectAttributes: [...ATTRIBUTES] }),
  )
  return { head, sha256: hash('sha256', bytes), tags: tagging.TagSet, grants: acl.Grants, attributes }
}
