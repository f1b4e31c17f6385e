import { CreateBucketCommand, type S3Client, type S3ClientConfig } from '@aws-sdk/client-s3'
import { expect } from 'vitest'
import type { Credentials } from '../../support/accounts.ts'
import {
  type RawAnswer,
  type RawRequest,
  rawRequest,
  type ServerAddress,
  xmlTexts,
} from '../../support/raw-request.ts'
import { s3Client } from '../../support/s3-client.ts'

export const ZONE = 'use1-az4'

export function directoryName(base: string): string {
  return `${base}--${ZONE}--x-s3`
}

export function configurationOf(
  members: {
    readonly zone?: string
    readonly location?: string
    readonly type?: string
    readonly redundancy?: string
  } = {},
): string {
  const {
    zone = ZONE,
    location = 'AvailabilityZone',
    type = 'Directory',
    redundancy = 'SingleAvailabilityZone',
  } = members
  return `<CreateBucketConfiguration><Location><Name>${zone}</Name><Type>${location}</Type></Location><Bucket><DataRedundancy>${redundancy}</DataRedundancy><Type>${type}</Type></Bucket></CreateBucketConfiguration>`
}

/** As SDKs sign what is about directory buckets, with credentials of IAM. */
export function expressRequest(server: ServerAddress, request: RawRequest): Promise<RawAnswer> {
  return rawRequest(server, { service: 's3express', ...request })
}

/** Creates a directory bucket and returns its name. */
export async function createDirectoryBucket(
  server: ServerAddress,
  base: string,
  credentials?: Credentials,
): Promise<string> {
  const name = directoryName(base)
  const answer = await expressRequest(server, {
    method: 'PUT',
    path: `/${name}`,
    body: configurationOf(),
    ...(credentials && { credentials }),
  })
  expect([answer.status, answer.errorCode]).toEqual([200, undefined])
  return name
}

export interface DirectorySession {
  readonly credentials: Credentials
  readonly token: string
  readonly expiration: string
}

/** What CreateSession answers. */
export function askSession(
  server: ServerAddress,
  bucket: string,
  request: Partial<RawRequest> = {},
): Promise<RawAnswer> {
  return expressRequest(server, { path: `/${bucket}`, query: 'session', ...request })
}

export async function createSession(
  server: ServerAddress,
  bucket: string,
  mode?: 'ReadOnly' | 'ReadWrite',
  request: Partial<RawRequest> = {},
): Promise<DirectorySession> {
  const headers = { ...(mode && { 'x-amz-create-session-mode': mode }), ...request.headers }
  const answer = await askSession(server, bucket, { ...request, headers })
  expect([answer.status, answer.errorCode]).toEqual([200, undefined])
  const text = (name: string): string => xmlTexts(answer.text, name)[0] ?? ''
  return {
    credentials: { accessKeyId: text('AccessKeyId'), secretAccessKey: text('SecretAccessKey') },
    token: text('SessionToken'),
    expiration: text('Expiration'),
  }
}

/** A request with the credentials of a session. */
export function sessionRequest(
  server: ServerAddress,
  session: DirectorySession,
  request: RawRequest,
): Promise<RawAnswer> {
  return expressRequest(server, {
    ...request,
    credentials: session.credentials,
    headers: { 'x-amz-s3session-token': session.token, ...request.headers },
  })
}

/** The AWS SDK's client, and a directory bucket that it made. */
export async function sdkWithBucket(
  server: ServerAddress,
  base: string,
  config: S3ClientConfig = {},
): Promise<{ readonly client: S3Client; readonly Bucket: string }> {
  const client = s3Client(server, config)
  const Bucket = directoryName(base)
  await client.send(
    new CreateBucketCommand({
      Bucket,
      CreateBucketConfiguration: {
        Location: { Type: 'AvailabilityZone', Name: ZONE },
        Bucket: { Type: 'Directory', DataRedundancy: 'SingleAvailabilityZone' },
      },
    }),
  )
  return { client, Bucket }
}
