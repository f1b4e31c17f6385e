import type { RequestHead } from '../../../base/request-head.ts'
import { S3Error } from '../../../model/s3-error.ts'

/** Conditions of a request on a version it names. Dates count in whole seconds, as HTTP gives them. */
export interface Preconditions {
  readonly ifMatch?: string | undefined
  readonly ifNoneMatch?: string | undefined
  readonly ifModifiedSince?: Date | undefined
  readonly ifUnmodifiedSince?: Date | undefined
}

/** What conditions are held against. */
export interface Validators {
  /** Without quotes. */
  readonly etag: string
  readonly modifiedMilliseconds: number
}

/**
 * The condition that fails, in the precedence of RFC 9110 section 13.2.2 and of S3's GetObject page: If-Match decides
 * over If-Unmodified-Since, If-None-Match over If-Modified-Since.
 */
export function failedPrecondition(
  conditions: Preconditions,
  { etag, modifiedMilliseconds }: Validators,
): 'If-Match' | 'If-Unmodified-Since' | 'If-None-Match' | 'If-Modified-Since' | undefined {
  const modified = Math.floor(modifiedMilliseconds / 1000) * 1000
  const { ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince } = conditions
  if (ifMatch !== undefined) {
    if (!matchesEtag(ifMatch, etag)) return 'If-Match'
  } else if (ifUnmodifiedSince && modified > ifUnmodifiedSince.getTime()) return 'If-Unmodified-Since'
  if (ifNoneMatch !== undefined) {
    if (matchesEtag(withoutWeakness(ifNoneMatch), etag)) return 'If-None-Match'
  } else if (ifModifiedSince && modified <= ifModifiedSince.getTime()) return 'If-Modified-Since'
  return undefined
}

/**
 * A date of If-Modified-Since; one that is still to come is none. Source: RFC 2616, section 14.25, which S3 was seen to keep to
 * (apache/opendal#5500), though RFC 9110 has it no more.
 */
export function unlessToCome(since: Date | undefined, now: Date): Date | undefined {
  return since && since <= now ? since : undefined
}

/** If-None-Match compares weakly, all else strongly: no weak tag is that of an object. Source: RFC 9110, section 13.1. */
function withoutWeakness(list: string): string {
  return list.replaceAll(/(^|,)\s*W\//g, '$1')
}

/** Whether a list of entity tags names `etag`. S3 takes tags without quotes too. */
export function matchesEtag(list: string, etag: string): boolean {
  return list.split(',').some((item) => {
    const tag = item.trim()
    return tag === '*' || tag === etag || tag === `"${etag}"`
  })
}

/**
 * Whether a range may be taken: `If-Range` names exactly this object, by tag or by date, or is not there. Otherwise the
 * range is left aside and the whole object sent. Source: RFC 9110 section 13.1.5.
 */
export function allowsRange(
  ifRange: string | undefined,
  { etag, modifiedMilliseconds }: Validators,
): boolean {
  if (ifRange === undefined) return true
  const modified = new Date(modifiedMilliseconds)
  return ifRange === `"${etag}"` || ifRange === modified.toUTCString()
}

/** Throws PreconditionFailed or NotModified as GetObject and HeadObject answer. */
export function assertReadPreconditions(
  conditions: Preconditions,
  validators: Validators,
  notModifiedHeaders: () => Readonly<Record<string, string>>,
): void {
  const failed = failedPrecondition(conditions, validators)
  if (failed === 'If-Match' || failed === 'If-Unmodified-Since') throw preconditionFailed(failed)
  if (failed) throw new S3Error('NotModified', {}, { headers: notModifiedHeaders() })
}

export function preconditionFailed(condition: string): S3Error {
  return new S3Error('PreconditionFailed', { Condition: condition })
}

/**
 * Throws NotImplemented where a request that writes or deletes brings a condition that S3 does not have for it: whoever
 * sends one counts on it. If-Modified-Since is none: HTTP has it for GET and HEAD alone (RFC 9110 section 13.1.3).
 */
export function refuseConditions(
  { headers }: RequestHead,
  names: readonly ('If-Match' | 'If-None-Match' | 'If-Unmodified-Since')[],
): void {
  for (const name of names) if (headers[name.toLowerCase()] !== undefined) throw notImplemented(name)
}

/**
 * All of them, for what begins an upload or brings a part: its completion is what may have conditions. Source: S3 User Guide,
 * "Enforce conditional writes": "these APIs don't accept conditional headers".
 */
export function refuseConditionsOfUpload(head: RequestHead): void {
  refuseConditions(head, ['If-Match', 'If-None-Match', 'If-Unmodified-Since'])
}

function notImplemented(header: string): S3Error {
  const message = 'A header you provided implies functionality that is not implemented'
  return new S3Error('NotImplemented', { Header: header }, { message })
}

/** The conditions of a write on the version it would replace. */
export interface WritePreconditions {
  readonly ifMatch?: string | undefined
  readonly ifNoneMatch?: string | undefined
}

/**
 * Throws where a conditional write may not go on. Source: S3 User Guide, "How to prevent object overwrites with
 * conditional writes": If-None-Match takes `*` alone; If-Match on a missing key answers 404.
 */
export function assertWritePreconditions(
  { ifMatch, ifNoneMatch }: WritePreconditions,
  existing: Validators | undefined,
  key: string,
): void {
  if (ifNoneMatch !== undefined) {
    if (ifNoneMatch.trim() !== '*') throw notImplemented('If-None-Match')
    if (existing) throw preconditionFailed('If-None-Match')
  }
  if (ifMatch === undefined) return
  if (!existing) throw new S3Error('NoSuchKey', { Key: key })
  if (!matchesEtag(ifMatch, existing.etag)) throw preconditionFailed('If-Match')
}
