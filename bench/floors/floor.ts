/** Headers as `writeHead` takes them, name and value by turns. */
export type RawHeaders = readonly string[]

/** The answer that a floor gives: what the server gave to the same request, so that both send the same bytes. */
export interface Answer {
  readonly headers: RawHeaders
  readonly bodyBase64: string
}

export type Floor =
  /** Answers every GET with bytes from memory, every HEAD with their headers. */
  | { readonly kind: 'memory'; readonly answer: Answer }
  /** Answers every GET with a file of this size. */
  | {
      readonly kind: 'file'
      readonly headers: RawHeaders
      readonly sizeBytes: number
      readonly directory: string
    }
  /** Stores every PUT with one durable put into LMDB; answers GET and HEAD from memory. */
  | {
      readonly kind: 'lmdb'
      readonly headers: RawHeaders
      readonly directory: string
      readonly read?: Answer
    }
  /** Stores every PUT with one write and fdatasync. */
  | { readonly kind: 'log'; readonly headers: RawHeaders; readonly directory: string }
  /** Stores every PUT as a file: MD5, write, fdatasync. DELETE removes all. */
  | { readonly kind: 'files'; readonly headers: RawHeaders; readonly directory: string }
