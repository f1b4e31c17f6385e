import { type SigningContext, signChunk, signTrailer } from './signature-v4.ts'

export interface AwsChunkedOptions {
  /** Signs every chunk; without it the chunks are unsigned (`STREAMING-UNSIGNED-PAYLOAD-TRAILER`). */
  readonly context?: SigningContext
  /** Trailing headers, lower-case names. */
  readonly trailer?: Readonly<Record<string, string>>
}

/** Frames chunks as an aws-chunked body: one element for each chunk, then the last chunk with any trailer. */
export function awsChunked(chunks: readonly Uint8Array[], options: AwsChunkedOptions = {}): Buffer[] {
  let { context } = options
  const head = (chunk: Uint8Array): string => {
    const size = chunk.length.toString(16)
    if (!context) return `${size}\r\n`
    context = { ...context, signature: signChunk(context, chunk) }
    return `${size};chunk-signature=${context.signature}\r\n`
  }
  const framed = chunks.map((chunk) => Buffer.concat([Buffer.from(head(chunk)), chunk, Buffer.from('\r\n')]))
  const last = head(new Uint8Array(0))
  return [...framed, Buffer.from(`${last}${trailerText(options.trailer, context)}\r\n`)]
}

function trailerText(trailer: AwsChunkedOptions['trailer'], context: SigningContext | undefined): string {
  if (!trailer) return ''
  const lines = Object.entries(trailer).map(([name, value]) => `${name}:${value}`)
  if (context) {
    const signed = lines.map((line) => `${line}\n`).join('')
    lines.push(`x-amz-trailer-signature:${signTrailer(context, signed)}`)
  }
  return lines.map((line) => `${line}\r\n`).join('')
}
