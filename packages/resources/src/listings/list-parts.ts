import { ListPartsCommand, type ListPartsCommandInput } from '@aws-sdk/client-s3'
import { Collection, type Page } from '../collection.ts'
import type { MultipartUpload } from '../multipart-upload.ts'
import { MultipartUploadPart } from '../multipart-upload-part.ts'
import { type Unbound, send } from '../request.ts'

/** How a listing of parts may be filtered. */
export type ListPartsInput = Unbound<ListPartsCommandInput, 'Bucket' | 'Key' | 'UploadId'>

/** The parts of an upload. */
export function listParts({
  client,
  bucketName,
  objectKey,
  id,
}: MultipartUpload): Collection<MultipartUploadPart, ListPartsInput> {
  return new Collection(fetchPage)

  async function fetchPage(
    input: ListPartsInput,
    pageSize: number | undefined,
  ): Promise<Page<MultipartUploadPart, ListPartsInput>> {
    const answer = await send(
      client,
      ListPartsCommand,
      {
        Bucket: bucketName,
        Key: objectKey,
        UploadId: id,
        ...(pageSize !== undefined && { MaxParts: pageSize }),
      },
      input,
    )
    const items = (answer.Parts ?? []).map(
      (entry) => new MultipartUploadPart(bucketName, objectKey, id, entry.PartNumber ?? 0, client, entry),
    )
    return {
      items,
      next: answer.IsTruncated ? { PartNumberMarker: answer.NextPartNumberMarker } : undefined,
    }
  }
}
