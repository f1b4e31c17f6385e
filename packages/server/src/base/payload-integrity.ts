/** What a signed request promised about its body, in `x-amz-content-sha256`. */
export type PayloadIntegrity =
  /** Nothing: `UNSIGNED-PAYLOAD`, or a presigned request that says nothing. */
  | { readonly kind: 'unsigned' }
  /** The SHA-256 of the whole body. */
  | { readonly kind: 'sha256'; readonly digest: Uint8Array }
  /** aws-chunked; every chunk is signed, and so are the trailers where `trailer` is set. */
  | { readonly kind: 'streaming-signed'; readonly trailer: boolean; readonly verifier: ChunkVerifier }
  /** aws-chunked; neither the chunks nor the trailers are signed. */
  | { readonly kind: 'streaming-unsigned-trailer' }

/** The fields of S3's SignatureDoesNotMatch error. */
export type SignatureMismatch = Readonly<Record<string, string>>

/**
 * Checks the chain of chunk signatures of one body, in the order of its chunks. Each signature covers the one before,
 * so after a mismatch the verifier is of no more use.
 */
export interface ChunkVerifier {
  /** Takes bytes of the current chunk. The bytes may be reused once this returns. */
  update(bytes: Uint8Array): void
  /** Ends the current chunk and begins the next; `undefined` where the signature holds. */
  endChunk(signature: string): SignatureMismatch | undefined
  /** Checks the trailers, after the last chunk; `undefined` where the signature holds. */
  endTrailers(
    trailers: readonly (readonly [name: string, value: string])[],
    signature: string,
  ): SignatureMismatch | undefined
}
