import { ListObjectsCommand, type ListObjectsCommandInput } from '@aws-sdk/client-s3'
import type { Bucket } from '../bucket.ts'
import { DeletableCollection, type Page } from '../collection.ts'
import { ObjectSummary } from '../object-summary.ts'
import { type Unbound, send } from '../request.ts'
import { nameReader } from '../url-encoding.ts'

/** How a listing of objects may be filtered. */
export type ListObjectsInput = Unbound<ListObjectsCommandInput, 'Bucket' | 'EncodingType'>

/** The objects of a bucket. */
export function listObjects({ client, name }: Bucket): DeletableCollection<ObjectSummary, ListObjectsInput> {
  return new DeletableCollection(fetchPage, {
    client,
    bucketName: name,
    identify: (object) => ({ Key: object.key }),
  })

  async function fetchPage(
    input: ListObjectsInput,
    pageSize: number | undefined,
  ): Promise<Page<ObjectSummary, ListObjectsInput>> {
    const { Contents = [], ...answer } = await send(
      client,
      ListObjectsCommand,
      {
        Bucket: name,
        EncodingType: 'url',
        ...(pageSize !== undefined && { MaxKeys: pageSize }),
      },
      input,
    )
    const read = nameReader(answer)
    const items = Contents.map((entry) => {
      const key = read(entry.Key ?? '')
      return new ObjectSummary(name, key, client, { ...entry, Key: key })
    })
    // S3 names the next marker only where there is a delimiter.
    const marker = answer.NextMarker === undefined ? items.at(-1)?.key : read(answer.NextMarker)
    return { items, next: answer.IsTruncated && marker !== undefined ? { Marker: marker } : undefined }
  }
}
