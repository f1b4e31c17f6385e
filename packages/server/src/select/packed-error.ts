import type { ErrorCode } from '../model/error-catalogue.ts'
import { S3Error } from '../model/s3-error.ts'

/** An error on its way from thread to thread: one of S3's, or one that nobody foresaw. */
interface PackedError {
  readonly code: ErrorCode | undefined
  readonly message: string
  readonly fields: Readonly<Record<string, string>>
  readonly stack: string | undefined
}

export function packError(error: unknown): PackedError {
  if (error instanceof S3Error) {
    const { code, message, fields } = error
    return { code, message, fields, stack: undefined }
  }
  const { message, stack } = error instanceof Error ? error : new Error(String(error))
  return { code: undefined, message, fields: {}, stack }
}

export function unpackError(packed: unknown): Error {
  // The thread packs nothing else.
  const { code, message, fields, stack } = packed as PackedError
  if (code) return new S3Error(code, fields, { message })
  const error = new Error(message)
  if (stack !== undefined) error.stack = stack
  return error
}
