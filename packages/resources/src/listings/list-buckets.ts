import {
  type Bucket as BucketEntry,
  ListBucketsCommand,
  type ListBucketsCommandInput,
  type S3Client,
} from '@aws-sdk/client-s3'
import { Bucket } from '../bucket.ts'
import { Collection, type Page } from '../collection.ts'
import { type RequestOptions, send } from '../request.ts'

/** The buckets of the account. */
export function listBuckets(client: S3Client): Collection<Bucket, ListBucketsCommandInput> {
  return new Collection(fetchPage)

  async function fetchPage(
    input: ListBucketsCommandInput,
    pageSize: number | undefined,
  ): Promise<Page<Bucket, ListBucketsCommandInput>> {
    const size = pageSize === undefined ? {} : { MaxBuckets: pageSize }
    const { Buckets = [], ContinuationToken } = await send(client, ListBucketsCommand, size, input)
    return {
      items: Buckets.map((entry) => new Bucket(entry.Name ?? '', client, entry)),
      next: ContinuationToken === undefined ? undefined : { ContinuationToken },
    }
  }
}

/** What a listing tells of one bucket; nothing where it is not among them, or where listing is not allowed. */
export async function findBucket(
  client: S3Client,
  name: string,
  input: Partial<ListBucketsCommandInput> | undefined,
  options: RequestOptions | undefined,
): Promise<BucketEntry> {
  try {
    let token: string | undefined
    do {
      // Names that begin with this one are few; a service that knows no prefix lists them all.
      const bound = { Prefix: name, ...(token !== undefined && { ContinuationToken: token }) }
      const { Buckets = [], ContinuationToken } = await send(
        client,
        ListBucketsCommand,
        bound,
        input,
        options,
      )
      const found = Buckets.find((bucket) => bucket.Name === name)
      if (found) return found
      token = ContinuationToken
    } while (token !== undefined)
    return {}
  } catch (error) {
    if (error instanceof Error && error.name === 'AccessDenied') return {}
    throw error
  }
}
