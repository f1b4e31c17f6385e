import type { CreateMultipartUploadInput } from '../../../model/types.gen.ts'

/** What an upload was begun with, by header in lower case. */
export type AskedHeaders = Readonly<Record<string, string>>

/** What CreateMultipartUpload says of the object and condition keys tell of; absent where that is nothing. */
export function askedHeadersOf(input: CreateMultipartUploadInput): AskedHeaders | undefined {
  const headers = {
    'x-amz-acl': input.ACL,
    'x-amz-grant-full-control': input.GrantFullControl,
    'x-amz-grant-read': input.GrantRead,
    'x-amz-grant-read-acp': input.GrantReadACP,
    'x-amz-grant-write-acp': input.GrantWriteACP,
    'x-amz-object-lock-event-hold': input.ObjectLockEventHold,
    'x-amz-object-lock-event-hold-duration-days': input.ObjectLockEventHoldDurationDays?.toString(),
    'x-amz-object-lock-event-hold-duration-years': input.ObjectLockEventHoldDurationYears?.toString(),
    'x-amz-object-lock-legal-hold': input.ObjectLockLegalHoldStatus,
    'x-amz-object-lock-mode': input.ObjectLockMode,
    'x-amz-object-lock-retain-until-date': input.ObjectLockRetainUntilDate?.toISOString(),
    'x-amz-server-side-encryption': input.ServerSideEncryption,
    'x-amz-server-side-encryption-aws-kms-key-id': input.SSEKMSKeyId,
    'x-amz-server-side-encryption-customer-algorithm': input.SSECustomerAlgorithm,
    'x-amz-storage-class': input.StorageClass,
    'x-amz-tagging': input.Tagging,
    'x-amz-website-redirect-location': input.WebsiteRedirectLocation,
  }
  const given = Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return given.length === 0 ? undefined : Object.fromEntries(given)
}
