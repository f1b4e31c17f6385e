import type { RequestHead } from '../base/request-head.ts'
import { assertKeyLength } from '../model/key-length.ts'
import { S3Error } from '../model/s3-error.ts'
import { percentDecode } from './percent-decode.ts'

/** What a request addresses: the service (neither), a bucket, or an object (both). */
export interface Address {
  readonly bucket?: string
  readonly key?: string
  /** Addressed by its accelerated host. */
  readonly isAccelerated?: true
}

/**
 * Finds bucket and key, virtual-host style where the host is a subdomain of one of `domains`, path style elsewhere. The
 * path is taken as it is: nothing in it is normalised, so `.`, `..`, `//` and a leading slash are parts of a key.
 * Throws `InvalidURI` or `KeyTooLongError`, and `InvalidRequest` for the accelerated endpoint without a bucket.
 */
export function addressOf(head: RequestHead, domains: readonly string[]): Address {
  const { path } = head
  if (path === '*' && head.method === 'OPTIONS') return {}
  if (!path.startsWith('/')) throw new S3Error('InvalidURI', { URI: path })
  const hosted = domains.length === 0 ? undefined : subdomainOf(head.headers['host'], domains)
  if (hosted !== undefined) return hostedAddress(hosted, path.slice(1))
  const slash = path.indexOf('/', 1)
  const bucket = percentDecode(slash < 0 ? path.slice(1) : path.slice(1, slash))
  if (slash < 0) return bucket === '' ? {} : { bucket }
  return withKey(bucket, path.slice(slash + 1))
}

/** Source: S3 User Guide, "Getting started with Amazon S3 Transfer Acceleration": `bucket.s3-accelerate`, dual stack or not. */
const ACCELERATED = /^(?:(.+)\.)?s3-accelerate(?:\.dualstack)?$/

function hostedAddress(host: string, path: string): Address {
  if (!host.includes('s3-accelerate')) return withKey(host, path)
  const found = ACCELERATED.exec(host)
  if (!found) return withKey(host, path)
  const [, bucket] = found
  if (bucket !== undefined) return { ...withKey(bucket, path), isAccelerated: true }
  const message = 'S3 Transfer Accelerate endpoint only supports virtual style requests'
  throw new S3Error('InvalidRequest', {}, { message })
}

function withKey(bucket: string, encodedKey: string): Address {
  if (encodedKey === '') return { bucket }
  const key = percentDecode(encodedKey)
  assertKeyLength(key)
  return { bucket, key }
}

/** The bucket that a host names as a subdomain of one of `domains`. */
export function bucketOfHost(host: string | undefined, domains: readonly string[]): string | undefined {
  const name = subdomainOf(host, domains)
  return name?.includes('s3-accelerate') ? (ACCELERATED.exec(name)?.[1] ?? name) : name
}

function subdomainOf(host: string | undefined, domains: readonly string[]): string | undefined {
  if (host === undefined || domains.length === 0) return undefined
  const name = withoutPort(host).toLowerCase()
  for (const domain of domains) {
    const start = name.length - domain.length - 1
    if (start > 0 && name.charCodeAt(start) === 0x2e && name.endsWith(domain.toLowerCase())) {
      return name.slice(0, start)
    }
  }
  return undefined
}

function withoutPort(host: string): string {
  const colon = host.lastIndexOf(':')
  return colon < 0 || host.endsWith(']') ? host : host.slice(0, colon)
}
