import { S3Error } from '../../../model/s3-error.ts'

/**
 * Refuses members whose meaning is not built yet: to store a setting and not enforce it would be worse than to say no.
 * `headers` pairs each member with the header that S3 names in the answer.
 */
export function refuseUnsupported<Input extends object>(
  input: Input,
  headers: Readonly<Partial<Record<keyof Input & string, string>>>,
): void {
  for (const member of Object.keys(headers) as (keyof Input & string)[]) {
    const value = input[member]
    if (value === undefined || value === false) continue
    throw new S3Error(
      'NotImplemented',
      { Header: headers[member] ?? member },
      {
        message: 'A header you provided implies functionality that is not implemented',
      },
    )
  }
}

/** Members of every write that later issues bring: event holds. */
const WRITE_HEADERS = {
  ObjectLockEventHold: 'x-amz-object-lock-event-hold',
  ObjectLockEventHoldDurationDays: 'x-amz-object-lock-event-hold-duration-days',
  ObjectLockEventHoldDurationYears: 'x-amz-object-lock-event-hold-duration-years',
} as const

type WriteInput = { readonly [Name in keyof typeof WRITE_HEADERS]?: unknown }

/** Refuses what PutObject, CopyObject and CreateMultipartUpload share and do not have yet. */
export function refuseUnsupportedWrite(input: WriteInput): void {
  refuseUnsupported(input, WRITE_HEADERS)
}
