import { StorageFault } from '../base/storage-fault.ts'
import { ContentionError } from '../metadata/transaction.ts'
import { errorCatalogue, type ErrorCode } from '../model/error-catalogue.ts'
import { S3Error } from '../model/s3-error.ts'
import { SignatureFault } from '../signature/signature-fault.ts'

/** What S3 answers for whatever was thrown. A 5xx says nothing of the inside; the cause is for the log. */
export function faultToS3Error(fault: unknown): S3Error {
  if (fault instanceof S3Error) return fault
  if (fault instanceof SignatureFault) return signatureError(fault)
  if (fault instanceof ContentionError) return new S3Error('SlowDown', {}, { cause: fault })
  if (fault instanceof StorageFault && fault.kind === 'full') {
    return new S3Error('ServiceUnavailable', {}, { cause: fault })
  }
  return new S3Error('InternalError', {}, { cause: fault })
}

function signatureError(fault: SignatureFault): S3Error {
  const code: ErrorCode = fault.code in errorCatalogue ? fault.code : 'AccessDenied'
  return new S3Error(code, fault.fields, { message: fault.message, cause: fault })
}
