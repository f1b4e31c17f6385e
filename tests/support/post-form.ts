import { createHmac } from 'node:crypto'
import { type Credentials, testRegion } from './accounts.ts'
import { type RawAnswer, rawRequest, type RawRequest, type ServerAddress } from './raw-request.ts'
import { amzTimestamp } from './signature-v4.ts'

/** A part of a form: its name, its text, or a file. */
export type FormPart = readonly [name: string, value: string | FormFile]

export interface FormFile {
  readonly name?: string
  readonly type?: string
  readonly content: Uint8Array | string
}

export type PolicyCondition = Readonly<Record<string, unknown>> | readonly unknown[]

export interface PolicyOptions {
  readonly expiresSeconds?: number
  readonly date?: Date
  readonly region?: string
  readonly credentials?: Credentials
  readonly service?: string
  /** In place of one made of the conditions. */
  readonly document?: string
}

const BOUNDARY = '----formboundary7MA4YWxkTrZu0gW'

export const formContentType = `multipart/form-data; boundary=${BOUNDARY}`

/** The bytes of a form, in the order of its parts. */
export function formBody(parts: readonly FormPart[], boundary = BOUNDARY): Buffer {
  const pieces = parts.flatMap(([name, value]) => [
    `--${boundary}\r\nContent-Disposition: form-data; name="${name}"`,
    ...(typeof value === 'string' ? ['\r\n\r\n', value] : [...fileHead(value), value.content]),
    '\r\n',
  ])
  return Buffer.concat([...pieces, `--${boundary}--\r\n`].map((piece) => Buffer.from(piece)))
}

function fileHead({ name, type }: FormFile): string[] {
  return [
    name === undefined ? '' : `; filename="${name}"`,
    type === undefined ? '' : `\r\nContent-Type: ${type}`,
    '\r\n\r\n',
  ]
}

/** Posts a form to a bucket as a browser does, without any signature in its head. */
export function postForm(
  server: ServerAddress,
  bucket: string,
  parts: readonly FormPart[],
  request: Partial<RawRequest> = {},
): Promise<RawAnswer> {
  return rawRequest(server, {
    method: 'POST',
    path: `/${bucket}`,
    anonymous: true,
    body: formBody(parts),
    ...request,
    headers: { 'content-type': formContentType, ...request.headers },
  })
}

/** The fields that sign a policy, and the policy. */
export function signedFields(
  server: ServerAddress,
  bucket: string,
  conditions: readonly PolicyCondition[],
  options: PolicyOptions = {},
): FormPart[] {
  const { date = new Date(), region = testRegion, credentials = server.credentials, service = 's3' } = options
  const timestamp = amzTimestamp(date)
  const scope = [timestamp.slice(0, 8), region, service, 'aws4_request']
  const fields: [string, string][] = [
    ['x-amz-algorithm', 'AWS4-HMAC-SHA256'],
    ['x-amz-credential', [credentials.accessKeyId, ...scope].join('/')],
    ['x-amz-date', timestamp],
  ]
  const expiration = new Date(date.getTime() + (options.expiresSeconds ?? 3600) * 1000).toISOString()
  const own = fields.map(([name, value]) => ({ [name]: value }))
  const document =
    options.document ?? JSON.stringify({ expiration, conditions: [{ bucket }, ...own, ...conditions] })
  const policy = Buffer.from(document).toString('base64')
  return [...fields, ['policy', policy], ['x-amz-signature', signPolicy(policy, scope, credentials)]]
}

/** The policy as it is sent is the string to sign. */
export function signPolicy(policy: string, scope: readonly string[], credentials: Credentials): string {
  const key = scope.reduce<Buffer>(
    (from, part) => createHmac('sha256', from).update(part).digest(),
    Buffer.from(`AWS4${credentials.secretAccessKey}`),
  )
  return createHmac('sha256', key).update(policy).digest('hex')
}

/** Fields, and a policy that asks for exactly these, before a file. */
export function uploadForm(
  server: ServerAddress,
  bucket: string,
  fields: Readonly<Record<string, string>>,
  file: FormFile | string,
  conditions: readonly PolicyCondition[] = [],
): FormPart[] {
  const exact = Object.entries(fields).map(([name, value]) => ({ [name]: value }))
  return [
    ...Object.entries(fields),
    ...signedFields(server, bucket, [...exact, ...conditions]),
    ['file', file],
  ]
}
