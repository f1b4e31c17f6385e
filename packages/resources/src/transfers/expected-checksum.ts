import {
  GetObjectAttributesCommand,
  HeadObjectCommand,
  type HeadObjectCommandInput,
  type HeadObjectCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3'
import { type Checksums, findChecksum } from './checksum.ts'
import { inOrder } from './concurrently.ts'
import type { ExpectedChecksum } from './verifier.ts'

interface Asking {
  readonly concurrency: number
  readonly abortSignal: AbortSignal | undefined
}

/** What is to be verified of the object that has this head; `undefined` where it has no checksum that can be. */
export async function expectedChecksum(
  client: S3Client,
  input: HeadObjectCommandInput,
  head: HeadObjectCommandOutput & Checksums,
  asking: Asking,
): Promise<ExpectedChecksum | undefined> {
  const found = findChecksum(head)
  if (!found) return undefined
  // Only a checksum of checksums has a number of parts at its end.
  const [, partsCount] = /-(\d+)$/.exec(found.value) ?? []
  if (partsCount === undefined) return { ...found, partSizesBytes: undefined }

  const partSizesBytes =
    (await sizesFromAttributes(client, input, head, Number(partsCount), asking)) ??
    (await sizesFromHeads(client, input, head, Number(partsCount), asking))
  return { ...found, partSizesBytes }
}

/** Takes few requests, but not every service has the operation, and not everybody may use it. */
async function sizesFromAttributes(
  client: S3Client,
  input: HeadObjectCommandInput,
  head: HeadObjectCommandOutput,
  partsCount: number,
  { abortSignal }: Asking,
): Promise<number[] | undefined> {
  const sizes: number[] = []
  try {
    let PartNumberMarker: string | undefined
    do {
      const request = {
        ...input,
        ObjectAttributes: ['ETag' as const, 'ObjectParts' as const],
        PartNumberMarker,
      }
      const command = new GetObjectAttributesCommand(request)
      const { ETag, ObjectParts } = await client.send(command, abortSignal && { abortSignal })
      // This operation writes the tag without its quotes.
      if (ETag?.replaceAll('"', '') !== head.ETag?.replaceAll('"', '')) return undefined
      for (const { Size = 0 } of ObjectParts?.Parts ?? []) sizes.push(Size)
      PartNumberMarker = ObjectParts?.IsTruncated ? ObjectParts.NextPartNumberMarker : undefined
    } while (PartNumberMarker !== undefined)
  } catch {
    abortSignal?.throwIfAborted()
    return undefined
  }
  return sizes.length === partsCount ? sizes : undefined
}

async function sizesFromHeads(
  client: S3Client,
  input: HeadObjectCommandInput,
  head: HeadObjectCommandOutput,
  partsCount: number,
  { concurrency, abortSignal }: Asking,
): Promise<number[]> {
  const numbers = Array.from({ length: partsCount }, (_, index) => index + 1)
  const heads = inOrder(numbers, concurrency, abortSignal, (PartNumber, abortSignal) =>
    client.send(new HeadObjectCommand({ ...input, IfMatch: head.ETag, PartNumber }), { abortSignal }),
  )
  const sizes: number[] = []
  for await (const { ContentLength = 0 } of heads) sizes.push(ContentLength)
  return sizes
}
