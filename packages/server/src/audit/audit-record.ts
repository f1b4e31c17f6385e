/** What the audit log tells of a request: a line of JSON. Nothing of it is secret. */
export interface AuditRecord {
  /** When it came. */
  readonly time: string
  readonly requestId: string
  /** That of the answer's head; 499 where the client went away before. */
  readonly status: number
  readonly errorCode?: string | undefined
  readonly milliseconds: number
  readonly who: {
    /** An ARN; `anonymous`; absent where a signature was not believed. */
    readonly principal?: string | undefined
    /** As the request names it, believed or not. */
    readonly accessKeyId?: string | undefined
  }
  readonly from: {
    readonly address?: string | undefined
    readonly userAgent?: string | undefined
    readonly tls?: string | undefined
  }
  readonly what: {
    /** Of S3, IAM, STS or KMS; `unknown` where it is not known which. */
    readonly operation: string
    readonly bucket?: string | undefined
    readonly key?: string | undefined
    readonly versionId?: string | undefined
  }
  /** What whoever sent it says of it: of scoped credentials, what they are for. */
  readonly description?: string | undefined
  /** Why it was refused, as `holdfast explain` says it; absent where it was not. */
  readonly refusedBy?: readonly string[] | undefined
}
