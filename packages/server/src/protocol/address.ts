import type { RequestHead } from '../base/request-head.ts'
import { accessPointOfBucketName, type AccessPointReference } from '../model/access-point-arn.ts'
import { isDirectoryBucketName } from '../model/directory-bucket-name.ts'
import { assertKeyLength } from '../model/key-length.ts'
import { S3Error } from '../model/s3-error.ts'
import { percentDecode } from './percent-decode.ts'

/** What a request addresses: the service (neither), a bucket, or an object (both). */
export interface Address {
  readonly bucket?: string
  readonly key?: string
  /** Addressed by its accelerated host. */
  readonly isAccelerated?: true
  /** What the name is of, where it may not be a bucket's own. */
  readonly accessPoint?: AccessPointReference
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
  const slash = endOfBucket(path)
  if (slash < 0) return pathOfOnePart(path.slice(1))
  const bucket = percentDecode(path.slice(1, slash))
  return withKey(bucket, path.slice(slash + (isDoubled(head, bucket, slash) ? 2 : 1)))
}

/**
 * Whether a slash that follows the one behind the bucket is none of the key's: the SDK for JavaScript puts two there where its endpoint is an
 * address and the bucket is a directory bucket (`http://127.0.0.1/bucket--use1-az4--x-s3//key`).
 */
function isDoubled({ path, query, headers }: RequestHead, bucket: string, slash: number): boolean {
  if (!path.startsWith('//', slash) || !isDirectoryBucketName(bucket)) return false
  // URLs that it presigned tell it by their member alone.
  return headers['x-amz-user-agent']?.startsWith('aws-sdk-js/') === true || PRESIGNED_BY_SDK.test(query)
}

const PRESIGNED_BY_SDK = /(?:^|&)X-Amz-Signature=.*&x-id=/

/** Browsers take `/b/..` for a way up, and send that key as `/b%2F..`: no bucket has such a name. */
function pathOfOnePart(part: string): Address {
  if (part === '') return {}
  const [, bucket = part, key = ''] = /^(.+)%2f(\.\.?)$/i.exec(part) ?? []
  return withKey(percentDecode(bucket), key)
}

/** An ARN in the place of a bucket has a slash of its own. */
function endOfBucket(path: string): number {
  const slash = path.indexOf('/', 1)
  if (slash < 0 || !path.startsWith('/arn')) return slash
  return percentDecode(path.slice(1, slash)).endsWith(':accesspoint') ? path.indexOf('/', slash + 1) : slash
}

/** Source: S3 User Guide, "Getting started with Amazon S3 Transfer Acceleration": `bucket.s3-accelerate`, dual stack or not. */
const ACCELERATED = /^(?:(.+)\.)?s3-accelerate(?:\.dualstack)?$/

/**
 * Hosts of access points. Source: S3 User Guide, "Virtual-hosted-style URIs" of access points. SDKs with an endpoint of their own put
 * name and account before its host, as the name of a bucket stands there.
 */
const ACCESS_POINT = /^(.+)-(\d{12})\.s3-accesspoint(?:\.dualstack)?(?:\.([a-z\d-]+))?$/
const NAME_AND_ACCOUNT = /^([a-z\d-]+)-(\d{12})$/

function hostedAddress(host: string, path: string): Address {
  const [, name, accountId, region] = ACCESS_POINT.exec(host) ?? NAME_AND_ACCOUNT.exec(host) ?? []
  if (name !== undefined && accountId !== undefined) {
    const orBucket = host.length === name.length + 1 + accountId.length ? host : undefined
    return { ...withKey(host, path), accessPoint: { name, accountId, region, orBucket } }
  }
  if (!host.includes('s3-accelerate')) return withKey(host, path)
  const found = ACCELERATED.exec(host)
  if (!found) return withKey(host, path)
  const [, bucket] = found
  if (bucket !== undefined) return { ...withKey(bucket, path), isAccelerated: true }
  const message = 'S3 Transfer Accelerate endpoint only supports virtual style requests'
  throw new S3Error('InvalidRequest', {}, { message })
}

function withKey(bucket: string, encodedKey: string): Address {
  const accessPoint = accessPointOfBucketName(bucket)
  if (accessPoint) return { ...withKeyOf(bucket, encodedKey), accessPoint }
  return withKeyOf(bucket, encodedKey)
}

function withKeyOf(bucket: string, encodedKey: string): Address {
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
  const name = withoutDot(withoutPort(host)).toLowerCase()
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

/** Source: RFC 3986, section 3.2.2: a whole domain name may end with a dot, as in Kubernetes, where it keeps search domains away. */
export function withoutDot(name: string): string {
  return name.endsWith('.') ? name.slice(0, -1) : name
}
