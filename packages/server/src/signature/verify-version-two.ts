import { createHmac, timingSafeEqual } from 'node:crypto'
import type { RequestHead } from '../base/request-head.ts'
import type { SignedQuery } from './canonical-request.ts'
import { type CheckOptions, doesNotMatch, knownSigner } from './check-signature.ts'
import type { Credential } from './credential.ts'
import { isPresigned } from './presigned-query.ts'
import { twoMechanisms } from './read-signature-claim.ts'
import { unsupportedMechanism } from './signature-fault.ts'
import { type VersionTwoClaim, readVersionTwoHeader, readVersionTwoQuery } from './version-two-claim.ts'
import { amzHeaders, versionTwoString } from './version-two-string.ts'

/** What has to be known of an endpoint that takes Signature Version 2. */
export interface VersionTwo {
  /** The bucket that a host names, which stands in no path but is signed. */
  bucketOfHost(host: string | undefined): string | undefined
}

export interface VersionTwoOptions<Found extends Credential> extends CheckOptions<Found> {
  /** Absent where Version 2 is refused. */
  readonly versionTwo?: VersionTwo | undefined
}

/** Whom a request is from that is signed with Version 2. */
export interface VersionTwoSigner<Found extends Credential> {
  readonly form: VersionTwoClaim['form']
  readonly accessKeyId: string
  readonly credential: Found
}

/**
 * Checks the AWS Signature Version 2 of a request, in the header or presigned. Throws `SignatureFault`. Covered are
 * method, path, sub-resources, Content-MD5, Content-Type and `x-amz-` headers; nothing of the body but by its
 * Content-MD5. Source: S3 API Reference, "Signing and authenticating REST requests (AWS signature version 2)".
 */
export async function verifyVersionTwo<Found extends Credential>(
  head: RequestHead,
  query: SignedQuery,
  options: VersionTwoOptions<Found>,
): Promise<VersionTwoSigner<Found>> {
  const { parameters } = query
  const authorization = head.headers['authorization'] ?? ''
  const inQuery = parameters.some(({ name }) => name === 'AWSAccessKeyId' || name === 'Signature')
  if ((authorization !== '' && inQuery) || isPresigned(query)) throw twoMechanisms(authorization)
  if (!options.versionTwo) throw unsupportedMechanism()
  const amz = new Map(amzHeaders(head, parameters))
  const claim = inQuery
    ? readVersionTwoQuery(parameters, options.now)
    : readVersionTwoHeader(head, authorization, amz, options.now)
  const sessionToken = amz.get('x-amz-security-token')
  // "You do not use the Date or the x-amz-date request header when calculating the string to sign" there.
  if (inQuery) amz.delete('x-amz-date')
  const hostBucket = options.versionTwo.bucketOfHost(head.headers['host'])
  const parts = { amz, date: claim.date, hostBucket }
  const stringOf = (path: string): string => versionTwoString({ ...head, path }, parameters, parts)
  const [path, ...others] = pathsOf(head.path, hostBucket)
  const strings = [stringOf(path), ...others.map(stringOf)] as const
  const credential = await checkVersionTwo({ ...claim, sessionToken }, strings, options)
  return { form: claim.form, accessKeyId: claim.accessKeyId, credential }
}

/**
 * The path as it was sent, and that of a bucket with a slash behind it: botocore signs that whatever it sends, other SDKs
 * what they send, and S3 takes both.
 */
function pathsOf(path: string, hostBucket: string | undefined): [string, ...string[]] {
  return hostBucket === undefined && /^\/[^/]+$/.test(path) ? [path, `${path}/`] : [path]
}

/** Whom a signature of Version 2 is said to be from. */
export interface SignedByTwo {
  readonly accessKeyId: string
  readonly sessionToken: string | undefined
  readonly signature: string
}

/** Checks the signature of one of the strings, the first of which is told. Throws as `checkSignature` does. */
export async function checkVersionTwo<Found extends Credential>(
  { accessKeyId, sessionToken, signature }: SignedByTwo,
  strings: readonly [string, ...string[]],
  options: CheckOptions<Found>,
  details?: () => Record<string, string>,
): Promise<Found> {
  const found = await options.findCredential(accessKeyId, sessionToken)
  const credential = knownSigner(found, accessKeyId, sessionToken, options.now)
  const { secretAccessKey } = credential
  const sign = (text: string): string =>
    createHmac('sha1', secretAccessKey).update(text, 'latin1').digest('base64')
  if (strings.some((text) => isSame(sign(text), signature))) return credential
  throw doesNotMatch(accessKeyId, strings[0], signature, details)
}

/** In a time that does not depend on where they differ. */
function isSame(expected: string, provided: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(provided)]
  return a.length === b.length && timingSafeEqual(a, b)
}
