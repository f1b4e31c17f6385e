import { MAX_SKEW_MILLISECONDS } from '../base/max-skew.ts'
import type { RequestHead } from '../base/request-head.ts'
import { SignatureFault } from './signature-fault.ts'
import { isoSeconds, type Timestamp } from './timestamp.ts'

/** Throws RequestTimeTooSkewed. */
export function requireSmallSkew(head: RequestHead, timestamp: Timestamp, now: Date): void {
  if (Math.abs(now.getTime() - timestamp.milliseconds) <= MAX_SKEW_MILLISECONDS) return
  throw new SignatureFault(
    'RequestTimeTooSkewed',
    'The difference between the request time and the current time is too large.',
    {
      RequestTime: head.headers['x-amz-date'] ?? head.headers['date'] ?? '',
      ServerTime: isoSeconds(now.getTime()),
      MaxAllowedSkewMilliseconds: String(MAX_SKEW_MILLISECONDS),
    },
  )
}

/** Where a request that needs a time has none. */
export function noValidDate(): SignatureFault {
  return new SignatureFault('AccessDenied', 'AWS authentication requires a valid Date or x-amz-date header')
}
