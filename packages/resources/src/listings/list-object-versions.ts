import { ListObjectVersionsCommand, type ListObjectVersionsCommandInput } from '@aws-sdk/client-s3'
import type { Bucket } from '../bucket.ts'
import { DeletableCollection, type Page } from '../collection.ts'
import { ObjectVersion } from '../object-version.ts'
import { type Unbound, send } from '../request.ts'
import { nameReader } from '../url-encoding.ts'

/** How a listing of versions may be filtered. */
export type ListObjectVersionsInput = Unbound<ListObjectVersionsCommandInput, 'Bucket' | 'EncodingType'>

/** The versions and delete markers of a bucket. */
export function listObjectVersions({
  client,
  name,
}: Bucket): DeletableCollection<ObjectVersion, ListObjectVersionsInput> {
  return new DeletableCollection(fetchPage, {
    client,
    bucketName: name,
    identify: (version) => ({ Key: version.objectKey, VersionId: version.id }),
  })

  async function fetchPage(
    input: ListObjectVersionsInput,
    pageSize: number | undefined,
  ): Promise<Page<ObjectVersion, ListObjectVersionsInput>> {
    const answer = await send(
      client,
      ListObjectVersionsCommand,
      {
        Bucket: name,
        EncodingType: 'url',
        ...(pageSize !== undefined && { MaxKeys: pageSize }),
      },
      input,
    )
    const read = nameReader(answer)
    const items = [...(answer.Versions ?? []), ...(answer.DeleteMarkers ?? [])].map((entry) => {
      const key = read(entry.Key ?? '')
      return new ObjectVersion(name, key, entry.VersionId ?? 'null', client, { ...entry, Key: key })
    })
    if (!answer.IsTruncated) return { items, next: undefined }
    const { NextKeyMarker, NextVersionIdMarker: VersionIdMarker } = answer
    return { items, next: { KeyMarker: NextKeyMarker && read(NextKeyMarker), VersionIdMarker } }
  }
}
