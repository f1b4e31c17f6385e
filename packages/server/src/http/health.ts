import type { RequestHead } from '../base/request-head.ts'
import { formatTable } from '../metadata/tables/tables.ts'
import { bucketOfHost } from '../protocol/address.ts'
import type { EncodedResponse } from '../protocol/encode.ts'
import { EXPLAIN_PATH } from './explain-endpoint.ts'
import type { Stores } from '../s3/shared/content/stores.ts'

/** Paths of our own: no bucket name begins with a hyphen. */
const OWN_PREFIX = '/-/'

/** Whether a request asks for the server's health. Where the host names a bucket, the path is a key like any other. */
export function isHealthRequest(head: RequestHead, domains: readonly string[]): boolean {
  const isOwn = head.path.startsWith(OWN_PREFIX) && head.path !== EXPLAIN_PATH
  return isOwn && bucketOfHost(head.headers['host'], domains) === undefined
}

/** `/-/live`: the process answers. `/-/ready`: it can serve, which means that the metadata store answers too. */
export async function answerHealth(
  head: RequestHead,
  stores: Stores,
  isDraining: boolean,
): Promise<EncodedResponse> {
  if (head.path === '/-/live') return text(200, 'live')
  if (head.path !== '/-/ready') return text(404, 'not found')
  if (isDraining) return text(503, 'draining')
  try {
    await stores.metadata.get(formatTable.key())
    return text(200, 'ready')
  } catch {
    return text(503, 'the metadata store does not answer')
  }
}

function text(status: number, message: string): EncodedResponse {
  return { status, headers: { 'Content-Type': 'text/plain; charset=utf-8' }, body: `${message}\n` }
}
