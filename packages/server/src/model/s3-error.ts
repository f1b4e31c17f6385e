import { errorCatalogue, type ErrorCode } from './error-catalogue.ts'

export interface S3ErrorOptions {
  /** Replaces the catalogue's message. */
  readonly message?: string
  /** Response headers that go with the error, for example `x-amz-delete-marker`. */
  readonly headers?: Readonly<Record<string, string>>
  readonly cause?: unknown
}

/** An answer of S3 that is not a success. `fields` become elements of the error document, in their order. */
export class S3Error extends Error {
  override readonly name = 'S3Error'
  readonly code: ErrorCode
  readonly status: number
  readonly fields: Readonly<Record<string, string>>
  readonly headers: Readonly<Record<string, string>>

  constructor(code: ErrorCode, fields: Readonly<Record<string, string>> = {}, options: S3ErrorOptions = {}) {
    const entry = errorCatalogue[code]
    super(
      options.message ?? entry.message,
      options.cause === undefined ? undefined : { cause: options.cause },
    )
    this.code = code
    this.status = entry.status
    this.fields = fields
    this.headers = options.headers ?? {}
  }
}
