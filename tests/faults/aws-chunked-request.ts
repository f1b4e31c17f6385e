import { type ServerAddress } from '../support/raw-request.ts'
import { type SigningContext, signHeaders } from '../support/signature-v4.ts'

export interface ChunkedUpload {
  /** The request's head, ready to send, but for Content-Length. */
  readonly headers: Readonly<Record<string, string>>
  /** Signs the chunks. */
  readonly context: SigningContext
}

/** The signed headers of an aws-chunked PUT of so many bytes. */
export function chunkedUpload(
  server: ServerAddress,
  path: string,
  sizeBytes: number,
  options: { readonly payload?: string; readonly trailer?: string } = {},
): ChunkedUpload {
  return signHeaders(
    {
      method: 'PUT',
      path,
      headers: {
        host: new URL(server.url).host,
        'content-encoding': 'aws-chunked',
        'x-amz-decoded-content-length': String(sizeBytes),
        ...(options.trailer && { 'x-amz-trailer': options.trailer }),
      },
      credentials: server.credentials,
      date: new Date(),
    },
    options.payload ?? 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
  )
}
