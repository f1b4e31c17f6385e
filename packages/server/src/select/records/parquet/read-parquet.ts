import { assert } from '../../../base/assert.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { Name } from '../../sql/path.ts'
import type { ObjectSource, ScanRange } from '../formats.ts'
import type { InputRecord } from '../record.ts'
import { MAX_RECORD_BYTES } from '../record-size.ts'
import { Assembly } from './assemble.ts'
import { ColumnCursor } from './column-cursor.ts'
import {
  checkRowGroupSize,
  MAX_ROW_GROUP_BYTES,
  type ColumnChunk,
  parseFooter,
  type ParquetFile,
  type RowGroup,
} from './footer.ts'
import type { SchemaNode } from './schema.ts'

interface ParquetOptions {
  readonly scanRange: ScanRange | undefined
  /** The fields that are asked for; all of them where it is undefined. */
  readonly columns?: readonly Name[] | undefined
  readonly processed: (bytes: number) => void
}

const MAGIC = Buffer.from('PAR1')
/** The footer's length and the magic number. */
const TAIL_BYTES = 8
const MAX_FOOTER_BYTES = 32 * 1024 * 1024
/** Of all columns of a row group, since they are in memory; writers end a column's dictionary at a megabyte or some. */
const MAX_DICTIONARY_VALUES = 4_000_000
const BATCH_ROWS = 1000

/**
 * The rows of a file, row group by row group: of one, the columns that are asked for are in memory as they are stored,
 * and laid out page by page. Hyparquet's own reader lays out whole columns, by what the file says of their sizes, and
 * makes floats of decimals.
 */
export async function* readParquet(
  source: ObjectSource,
  options: ParquetOptions,
): AsyncGenerator<readonly InputRecord[]> {
  const { root, rowGroups } = await readFooter(source)
  const asked = root.children.filter(({ name }) => isAskedFor(name, options.columns))
  // How many rows there are only a column says: what the footer says is only a claim.
  const fields = asked.length > 0 ? asked : root.children.slice(0, 1)
  for (const group of rowGroups) {
    if (!startsWithin(group, options.scanRange)) continue
    checkRowGroupSize(group)
    const use = {
      bytesOfPage: countingUpTo(MAX_ROW_GROUP_BYTES, options.processed),
      valuesOfDictionary: countingUpTo(MAX_DICTIONARY_VALUES, () => undefined),
    }
    const cursors = new Map<number, ColumnCursor>()
    for (const leaf of fields.flatMap((field) => field.leaves)) {
      const chunk = group.chunks[leaf.index]
      if (chunk === undefined) throw new S3Error('ParquetParsingError')
      const bytes = await readRange(source, chunk)
      const cursor = parsing(() => new ColumnCursor(leaf, bytes, chunk.codec, use))
      cursors.set(leaf.index, cursor)
    }
    yield* rowsOf(fields, cursors, group.rows)
  }
}

function* rowsOf(
  fields: readonly SchemaNode[],
  cursors: ReadonlyMap<number, ColumnCursor>,
  count: number,
): Generator<readonly InputRecord[]> {
  const assembly = new Assembly(fields, cursors)
  for (let done = 0; done < count;) {
    const batch = parsing(() => batchOf(assembly, Math.min(BATCH_ROWS, count - done)))
    done += batch.length
    yield batch
  }
}

/** Rows may be as long as records, and be so in a file of few bytes. */
function batchOf(assembly: Assembly, most: number): readonly InputRecord[] {
  const records: InputRecord[] = []
  for (let bytes = 0; records.length < most && bytes < MAX_RECORD_BYTES; bytes += assembly.bytes) {
    records.push({ value: assembly.record() })
  }
  return records
}

/** Of what pages have, where what the footer says may be no more than a claim. */
function countingUpTo(most: number, count: (bytes: number) => void): (bytes: number) => void {
  let sum = 0
  return (bytes) => {
    sum += bytes
    if (sum > most) throw new S3Error('OverMaxParquetBlockSize')
    count(bytes)
  }
}

function isAskedFor(field: string, columns: readonly Name[] | undefined): boolean {
  return columns === undefined || columns.some(({ text }) => text.toLowerCase() === field.toLowerCase())
}

/** Source: S3 User Guide, "Requests using scan ranges". */
function startsWithin({ chunks }: RowGroup, range: ScanRange | undefined): boolean {
  if (range === undefined) return true
  const start = chunks.reduce((least, chunk) => Math.min(least, chunk.start), Infinity)
  return start >= range.start && start < range.end
}

async function readFooter(source: ObjectSource): Promise<ParquetFile> {
  const { sizeBytes } = source
  const tail = await readRange(source, { start: Math.max(0, sizeBytes - TAIL_BYTES), end: sizeBytes })
  const length = tail.length === TAIL_BYTES ? tail.readUInt32LE(0) : 0
  const start = sizeBytes - TAIL_BYTES - length
  // The file begins with the magic number, too.
  if (!tail.subarray(4).equals(MAGIC) || length > MAX_FOOTER_BYTES || start < MAGIC.length) {
    throw new S3Error('ParquetParsingError')
  }
  const bytes = await readRange(source, { start, end: start + length })
  return parsing(() => parseFooter(bytes, sizeBytes))
}

async function readRange(
  source: ObjectSource,
  { start, end }: Pick<ColumnChunk, 'start' | 'end'>,
): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(end - start)
  let filled = 0
  for await (const chunk of source.read(start, end)) {
    bytes.set(chunk, filled)
    filled += chunk.length
  }
  assert(filled === bytes.length, 'a source gives the bytes that it is asked for')
  return bytes
}

/** Whatever a broken file makes fail is the file's fault. */
function parsing<T>(parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    throw error instanceof S3Error ? error : new S3Error('ParquetParsingError', {}, { cause: error })
  }
}
