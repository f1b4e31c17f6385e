import type { RequestHead } from '../base/request-head.ts'
import { parseQuery } from './canonical-request.ts'
import { RequestToSign } from './request-to-sign.ts'
import type { SigningKeyCache } from './signing-key.ts'

/** Who signs a request that this program sends. */
export interface RequestSigner {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string | undefined
}

const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

/**
 * The headers of a request with its Signature Version 4, for S3 unless another `service` is named. `head` has the host, and its path and query as they are sent.
 * `bodySha256` in hex; absent: it has no body.
 */
export function signRequest(
  head: RequestHead,
  signer: RequestSigner,
  {
    service = 's3',
    region,
    now,
    keys,
    bodySha256 = EMPTY_SHA256,
  }: {
    readonly service?: string
    readonly region: string
    readonly now: Date
    readonly keys: SigningKeyCache
    readonly bodySha256?: string | undefined
  },
): Record<string, string> {
  const time = now.toISOString().replaceAll(/[-:]|\.\d{3}/g, '')
  const date = time.slice(0, 8)
  const headers: Record<string, string> = {
    ...definedOf(head.headers),
    'x-amz-content-sha256': bodySha256,
    'x-amz-date': time,
    ...(signer.sessionToken !== undefined && { 'x-amz-security-token': signer.sessionToken }),
  }
  const signedHeaders = Object.keys(headers).filter(isSigned).toSorted()
  const text = `${date}/${region}/${service}/aws4_request`
  const credential = `${signer.accessKeyId}/${text}`
  const scope = { credential, accessKeyId: signer.accessKeyId, date, region, service, text }
  const key = keys.keyFor(signer.secretAccessKey, scope)
  const timestamp = { text: time, milliseconds: now.getTime() }
  const claim = { timestamp, scope, signedHeaders, payloadHash: bodySha256 }
  const signature = new RequestToSign({ ...head, headers }, parseQuery(head.query), claim).signedWith(key)
  headers['authorization'] =
    `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${signedHeaders.join(';')}, Signature=${signature}`
  return headers
}

function isSigned(name: string): boolean {
  return name === 'host' || name.startsWith('x-amz-')
}

function definedOf(headers: RequestHead['headers']): Record<string, string> {
  const entries = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  )
  return Object.fromEntries(entries) as Record<string, string>
}

/** A name or value of a query, percent-encoded as it is signed. */
export function encodeQueryText(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, percentEncoded)
}

/** A path of which every character is meant as it is, percent-encoded as it is signed. */
export function encodePath(path: string): string {
  return path.split('/').map(encodeQueryText).join('/')
}

function percentEncoded(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`
}
