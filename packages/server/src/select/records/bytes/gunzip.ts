import { pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { S3Error } from '../../../model/s3-error.ts'
import { inBlocks } from './blocks.ts'

const MAGIC = Buffer.from([0x1f, 0x8b])
const CHUNK_BYTES = 64 * 1024

/** What one or more members of gzip hold, one after another. Source: RFC 1952. */
export async function* gunzip(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const inflating = createGunzip({ chunkSize: CHUNK_BYTES })
  // Its errors come out of the iteration below.
  pipeline(Readable.from(checked(chunks), { objectMode: true, highWaterMark: 1 }), inflating, () => {})
  try {
    for await (const chunk of inflating) yield chunk as Buffer
  } catch (error) {
    throw isOfZlib(error) ? new S3Error('TruncatedInput', {}, { cause: error }) : error
  }
}

/** Copies: a stream asks for the next chunk before it is done with the last. */
async function* checked(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let isFirst = true
  for await (const block of inBlocks(chunks, CHUNK_BYTES)) {
    if (isFirst && !block.subarray(0, MAGIC.length).equals(MAGIC)) break
    isFirst = false
    yield Buffer.from(block)
  }
  if (isFirst) throw new S3Error('InvalidCompressionFormat')
}

function isOfZlib(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')
}
