import { StorageFault } from '../base/storage-fault.ts'
import { KeyServiceFault } from '../encryption/key-service-fault.ts'
import { KmsError, type KmsErrorCode } from '../kms/shared/kms-error.ts'
import { ContentionError } from '../metadata/transaction.ts'
import { errorCatalogue, type ErrorCode } from '../model/error-catalogue.ts'
import { S3Error } from '../model/s3-error.ts'
import { SignatureFault } from '../signature/signature-fault.ts'

/** What S3 answers for whatever was thrown. A 5xx says nothing of the inside; the cause is for the log. */
export function faultToS3Error(fault: unknown): S3Error {
  if (fault instanceof S3Error) return fault
  if (fault instanceof SignatureFault) return signatureError(fault)
  if (fault instanceof ContentionError) return new S3Error('SlowDown', {}, { cause: fault })
  if (fault instanceof KmsError) return keyError(fault)
  if (fault instanceof KeyServiceFault && fault.kind === 'unavailable') {
    return new S3Error('ServiceUnavailable', {}, { cause: fault })
  }
  if (fault instanceof StorageFault && fault.passes) {
    return new S3Error('ServiceUnavailable', {}, { cause: fault })
  }
  if (fault instanceof StorageFault && fault.kind === 'busy') {
    return new S3Error('SlowDown', {}, { cause: fault })
  }
  return new S3Error('InternalError', {}, { cause: fault })
}

/** How S3 words what the key service refused. Source: S3 API Reference, "Error responses", KMS errors. */
const KEY_ERRORS: Partial<Readonly<Record<KmsErrorCode, ErrorCode>>> = {
  AccessDeniedException: 'AccessDenied',
  DependencyTimeoutException: 'ServiceUnavailable',
  DisabledException: 'KMS.DisabledException',
  InvalidArnException: 'KMS.NotFoundException',
  InvalidKeyUsageException: 'KMS.InvalidKeyUsageException',
  KMSInvalidStateException: 'KMS.KMSInvalidStateException',
  NotFoundException: 'KMS.NotFoundException',
}

function keyError(fault: KmsError): S3Error {
  const code = KEY_ERRORS[fault.code]
  if (!code) return new S3Error('InternalError', {}, { cause: fault })
  const isTold = code !== 'ServiceUnavailable' && fault.message !== ''
  return new S3Error(code, {}, { ...(isTold && { message: fault.message }), cause: fault })
}

function signatureError(fault: SignatureFault): S3Error {
  const code: ErrorCode = fault.code in errorCatalogue ? fault.code : 'AccessDenied'
  return new S3Error(code, fault.fields, { message: fault.message, cause: fault })
}

/**
 * Whether an error is for the log. What is not built, and what somebody asks for too often, is no fault of the server, and anybody
 * could fill the log with it.
 */
export function isOurs({ status, code, cause }: S3Error): boolean {
  if (code === 'SlowDown' && cause === undefined) return false
  return status >= 500 && code !== 'NotImplemented'
}
