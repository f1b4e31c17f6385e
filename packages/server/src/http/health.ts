import type { Conditions } from '../base/conditions.ts'
import type { RequestHead } from '../base/request-head.ts'
import { bucketOfHost } from '../protocol/address.ts'
import type { EncodedResponse } from '../protocol/encode.ts'
import { EXPLAIN_PATH } from './explain-endpoint.ts'

/** Paths of our own: no bucket name begins with a hyphen. */
const OWN_PREFIX = '/-/'

/** Whether a request asks for the server's health. Where the host names a bucket, the path is a key like any other. */
export function isHealthRequest(head: RequestHead, domains: readonly string[]): boolean {
  const isOwn = head.path.startsWith(OWN_PREFIX) && head.path !== EXPLAIN_PATH
  return isOwn && bucketOfHost(head.headers['host'], domains) === undefined
}

/**
 * `/-/live`: the process answers. `/-/ready`: it can do its work; what keeps it from any of it follows, a line each. Both
 * say what is known and look into nothing: anybody may ask, as often as they like.
 */
export function answerHealth(
  head: RequestHead,
  conditions: Conditions,
  isDraining: boolean,
): EncodedResponse {
  if (head.path === '/-/live') return text(200, ['live'])
  if (head.path !== '/-/ready') return text(404, ['not found'])
  if (isDraining) return text(503, ['draining'])
  const known = conditions.list()
  const isReady = known.every(({ effect }) => effect === 'degraded')
  return text(isReady ? 200 : 503, [
    isReady ? 'ready' : 'not ready',
    ...known.map(({ name, reason }) => `${name}: ${reason}`),
  ])
}

function text(status: number, lines: readonly string[]): EncodedResponse {
  const body = lines.map((line) => `${line}\n`).join('')
  return { status, headers: { 'Content-Type': 'text/plain; charset=utf-8' }, body }
}
