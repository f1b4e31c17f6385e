import type { RequestHead } from '../base/request-head.ts'
import { S3Error } from '../model/s3-error.ts'
import { addressOf, bucketOfHost } from '../protocol/address.ts'
import { corsHeaders } from '../s3/operations/cors/cors-headers.ts'
import { nameOfBucket } from '../s3/shared/access-points/reach-bucket.ts'
import type { WebsiteAddress } from '../protocol/website-address.ts'
import type { Pipeline } from './pipeline.ts'

/**
 * The CORS headers of whatever will answer the request, an error too, so decided before anything can fail. A preflight
 * decides on its own.
 */
export async function corsHeadersOf(
  pipeline: Pipeline,
  head: RequestHead,
  website: WebsiteAddress | undefined,
): Promise<Readonly<Record<string, string>>> {
  if (head.method === 'OPTIONS') return {}
  const bucket = website ? website.bucket : await bucketAt(pipeline, head)
  return corsHeaders(pipeline.service, bucket ?? '', head)
}

/** An error about the rest of an address has the headers of the bucket, too. */
async function bucketAt({ service, domains }: Pipeline, head: RequestHead): Promise<string | undefined> {
  try {
    return await nameOfBucket(service, addressOf(head, domains))
  } catch (error) {
    if (!(error instanceof S3Error)) throw error
    const [, first = ''] = head.path.split('/', 2)
    return bucketOfHost(head.headers['host'], domains) ?? first
  }
}
