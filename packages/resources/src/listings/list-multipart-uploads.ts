import { ListMultipartUploadsCommand, type ListMultipartUploadsCommandInput } from '@aws-sdk/client-s3'
import type { Bucket } from '../bucket.ts'
import { Collection, type Page } from '../collection.ts'
import { MultipartUpload } from '../multipart-upload.ts'
import { type Unbound, send } from '../request.ts'
import { nameReader } from '../url-encoding.ts'

/** How a listing of uploads may be filtered. */
export type ListMultipartUploadsInput = Unbound<ListMultipartUploadsCommandInput, 'Bucket' | 'EncodingType'>

/** The uploads under way in a bucket. */
export function listMultipartUploads({
  client,
  name,
}: Bucket): Collection<MultipartUpload, ListMultipartUploadsInput> {
  return new Collection(fetchPage)

  async function fetchPage(
    input: ListMultipartUploadsInput,
    pageSize: number | undefined,
  ): Promise<Page<MultipartUpload, ListMultipartUploadsInput>> {
    const answer = await send(
      client,
      ListMultipartUploadsCommand,
      {
        Bucket: name,
        EncodingType: 'url',
        ...(pageSize !== undefined && { MaxUploads: pageSize }),
      },
      input,
    )
    const read = nameReader(answer)
    const items = (answer.Uploads ?? []).map((entry) => {
      const key = read(entry.Key ?? '')
      return new MultipartUpload(name, key, entry.UploadId ?? '', client, { ...entry, Key: key })
    })
    if (!answer.IsTruncated) return { items, next: undefined }
    const { NextKeyMarker, NextUploadIdMarker: UploadIdMarker } = answer
    return { items, next: { KeyMarker: NextKeyMarker && read(NextKeyMarker), UploadIdMarker } }
  }
}
