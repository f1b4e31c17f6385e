import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib'
import { S3Error } from '../../../model/s3-error.ts'
import { MAX_ROW_GROUP_BYTES } from './footer.ts'
import { uncompressSnappy } from './snappy.ts'

/** Numbers of CompressionCodec. Source: the Parquet format, parquet.thrift. */
const CODEC = { none: 0, snappy: 1, gzip: 2, brotli: 4, zstd: 6 } as const
/** Three bytes of Snappy make 64 at most. */
const MOST_SNAPPY_FACTOR = 22

/** A page of `sizeBytes`, as its head says. */
export function decompressPage(bytes: Buffer, codec: number, sizeBytes: number): Buffer {
  if (codec === CODEC.none) return bytes
  if (sizeBytes > MAX_ROW_GROUP_BYTES) throw new S3Error('OverMaxParquetBlockSize')
  const page = decompressed(bytes, codec, sizeBytes)
  if (page.length !== sizeBytes) throw new Error('parquet: a page of another size')
  return page
}

function decompressed(bytes: Buffer, codec: number, sizeBytes: number): Buffer {
  // Empty pages may have no bytes at all.
  if (sizeBytes === 0) return Buffer.alloc(0)
  const options = { maxOutputLength: sizeBytes }
  if (codec === CODEC.gzip) return gunzipSync(bytes, options)
  if (codec === CODEC.brotli) return brotliDecompressSync(bytes, options)
  if (codec === CODEC.zstd) return zstdDecompressSync(bytes, options)
  if (codec !== CODEC.snappy) throw new S3Error('ParquetUnsupportedCompressionCodec')
  if (sizeBytes > bytes.length * MOST_SNAPPY_FACTOR) throw new Error('parquet: a page of another size')
  const page = Buffer.alloc(sizeBytes)
  uncompressSnappy(bytes, page)
  return page
}
