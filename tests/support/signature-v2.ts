/**
 * A signer of our own for tests, after "Signing and authenticating REST requests (AWS signature version 2)" in the Amazon
 * S3 API Reference. It shares no code with the server.
 */
import { createHmac } from 'node:crypto'
import type { Credentials } from './accounts.ts'
import type { ToSign } from './signature-v4.ts'

export interface ToSignTwo extends Pick<ToSign, 'method' | 'path' | 'query' | 'headers' | 'credentials'> {
  /** That of a virtual host. */
  readonly hostBucket?: string | undefined
}

/** The sub-resources that the tests use. */
const SIGNED =
  /^(acl|cors|delete|legal-hold|partNumber|policy|response-[a-z-]+|tagging|uploadId|uploads|versionId|versions)$/

/** Signs in the header. Returns the headers to send. */
export function signHeadersTwo(request: ToSignTwo, date: Date): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(request.headers)) headers[name.toLowerCase()] = value
  const { accessKeyId, sessionToken } = request.credentials
  if (sessionToken) headers['x-amz-security-token'] = sessionToken
  if (headers['x-amz-date'] === undefined) headers['date'] ??= date.toUTCString()
  const line = headers['x-amz-date'] === undefined ? (headers['date'] ?? '') : ''
  const signature = signTwo(request.credentials, stringToSignTwo({ ...request, headers }, line))
  return { ...headers, authorization: `AWS ${accessKeyId}:${signature}` }
}

/** Signs in the query. Returns the whole query string to send; the headers given must be sent as well. */
export function presignQueryTwo(request: ToSignTwo, expiresAt: Date): string {
  const expires = String(Math.floor(expiresAt.getTime() / 1000))
  const { accessKeyId, sessionToken } = request.credentials
  const token = sessionToken && `x-amz-security-token=${encodeURIComponent(sessionToken)}`
  const query = [request.query, token].filter(Boolean).join('&')
  const signature = signTwo(request.credentials, stringToSignTwo({ ...request, query }, expires))
  const own = `AWSAccessKeyId=${accessKeyId}&Expires=${expires}&Signature=${encodeURIComponent(signature)}`
  return query === '' ? own : `${query}&${own}`
}

/** The signature of any text: of a request, or of the policy of a form. */
export function signTwo({ secretAccessKey }: Credentials, text: string): string {
  return createHmac('sha1', secretAccessKey).update(text).digest('base64')
}

export function stringToSignTwo(request: ToSignTwo, date: string): string {
  const { method, path, query = '', hostBucket } = request
  const headers = new Map(
    Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value.trim()]),
  )
  const parameters = query
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const [name = '', ...value] = part.split('=')
      return [decodeURIComponent(name), decodeURIComponent(value.join('='))] as const
    })
  const hoisted = parameters.filter(([name]) => name.toLowerCase().startsWith('x-amz-'))
  const amz = new Map(hoisted.map(([name, value]) => [name.toLowerCase(), value] as const))
  for (const [name, value] of headers) if (name.startsWith('x-amz-')) amz.set(name, value)
  const lines = [...amz].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `${name}:${value}\n`)
  const signed = parameters.filter(([name]) => SIGNED.test(name)).sort(([a], [b]) => (a < b ? -1 : 1))
  const resource = signed.map(([name, value]) => (value === '' ? name : `${name}=${value}`)).join('&')
  return [
    method,
    headers.get('content-md5') ?? '',
    headers.get('content-type') ?? '',
    date,
    `${lines.join('')}${hostBucket === undefined ? '' : `/${hostBucket}`}${path}${resource && `?${resource}`}`,
  ].join('\n')
}
