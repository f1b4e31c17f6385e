import { S3Error } from '../../../model/s3-error.ts'
import { bytesOf, intOf, sizeOf, structOf, structsOf, type ThriftStruct, ThriftReader } from './thrift.ts'
import { type SchemaNode, schemaOf } from './schema.ts'

export interface ParquetFile {
  readonly root: SchemaNode
  readonly rowGroups: readonly RowGroup[]
}

export interface RowGroup {
  readonly rows: number
  /** In the order of the schema's leaves. */
  readonly chunks: readonly ColumnChunk[]
}

/** What of a file a column of a row group is. */
export interface ColumnChunk {
  readonly start: number
  readonly end: number
  readonly codec: number
  readonly uncompressedBytes: number
}

/** Source: S3 User Guide, "Requirements and limits". */
export const MAX_ROW_GROUP_BYTES = 256 * 1024 * 1024

/** The bytes between the magic numbers and before the footer's length, which are of the file's `sizeBytes`. */
export function parseFooter(bytes: Buffer, sizeBytes: number): ParquetFile {
  const metadata = new ThriftReader(bytes, 0).struct()
  if (metadata.has(8)) throw new Error('parquet: the file is encrypted')
  const { root, leaves } = schemaOf(structsOf(metadata, 2))
  const dataEnd = sizeBytes - bytes.length - 8
  const rowGroups = structsOf(metadata, 4).map((group) => {
    const columns = structsOf(group, 1)
    if (columns.length !== leaves.length) throw new Error('parquet: a row group of other columns')
    return { rows: sizeOf(group, 3), chunks: columns.map((column) => chunkOf(column, dataEnd)) }
  })
  return { root, rowGroups }
}

export function checkRowGroupSize({ chunks }: RowGroup): void {
  const uncompressed = chunks.reduce((sum, chunk) => sum + chunk.uncompressedBytes, 0)
  const stored = chunks.reduce((sum, chunk) => sum + chunk.end - chunk.start, 0)
  if (Math.max(uncompressed, stored) > MAX_ROW_GROUP_BYTES) throw new S3Error('OverMaxParquetBlockSize')
}

function chunkOf(column: ThriftStruct, dataEnd: number): ColumnChunk {
  const metadata = structOf(column, 3)
  if (bytesOf(column, 1) !== undefined || metadata === undefined) {
    throw new Error('parquet: a column that is not in the file, or is encrypted')
  }
  // Some writers say 0 where there is no dictionary.
  const dictionary = intOf(metadata, 11) ?? 0
  const data = sizeOf(metadata, 9)
  const start = dictionary > 0 ? Math.min(dictionary, data) : data
  const end = start + sizeOf(metadata, 7)
  if (end > dataEnd) throw new Error('parquet: a column beyond the data')
  return { start, end, codec: sizeOf(metadata, 4), uncompressedBytes: sizeOf(metadata, 6) }
}
