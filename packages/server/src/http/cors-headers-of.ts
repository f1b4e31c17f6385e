import type { RequestHead } from '../base/request-head.ts'
import { bucketOfHost } from '../protocol/address.ts'
import { corsHeaders } from '../s3/operations/cors/cors-headers.ts'
import type { WebsiteAddress } from '../protocol/website-address.ts'
import type { Pipeline } from './pipeline.ts'

/**
 * The CORS headers of whatever will answer the request, an error too, so decided before anything can fail. A preflight
 * decides on its own.
 */
export async function corsHeadersOf(
  { service, domains }: Pipeline,
  head: RequestHead,
  website: WebsiteAddress | undefined,
): Promise<Readonly<Record<string, string>>> {
  if (head.method === 'OPTIONS') return {}
  const [, first = ''] = head.path.split('/', 2)
  const bucket = website ? website.bucket : (bucketOfHost(head.headers['host'], domains) ?? first)
  return corsHeaders(service, bucket ?? '', head)
}
