import { S3Error } from '../../model/s3-error.ts'
import type { Name, PathStep } from '../sql/path.ts'
import { bunzip2 } from './bytes/bunzip2.ts'
import { gunzip } from './bytes/gunzip.ts'
import { linesOfRange } from './bytes/lines-of-range.ts'
import { utf8Text, withoutMark } from './bytes/utf8-text.ts'
import { csvHeader } from './csv/csv-header.ts'
import { type CsvRows, csvRows } from './csv/csv-rows.ts'
import { firstRow } from './csv/first-row.ts'
import type { Compression, CsvInput, InputFormat, JsonInput, ObjectSource, ScanRange } from './formats.ts'
import { JsonWalk } from './json/json-walk.ts'
import { readParquet } from './parquet/read-parquet.ts'
import type { InputRecord } from './record.ts'

export interface ReadingOptions {
  /** The steps behind `S3Object[*]`; of JSON only. */
  readonly path: readonly PathStep[]
  readonly scanRange: ScanRange | undefined
  /** The fields of a row that are asked for, of Parquet only: others may be left out. All where it is left out. */
  readonly columns?: readonly Name[] | undefined
  /** Told how many more bytes of the object were read, and how many of its records' bytes. */
  readonly scanned: (bytes: number) => void
  readonly processed: (bytes: number) => void
}

type Records = AsyncIterable<readonly InputRecord[]>

/** The records of an object, some at a time. Whoever stops asking for more stops the reading. */
export function readRecords(format: InputFormat, source: ObjectSource, options: ReadingOptions): Records {
  const counted = {
    sizeBytes: source.sizeBytes,
    read: (start: number, end: number) => counting(source.read(start, end), options.scanned),
  }
  if (options.scanRange !== undefined && !mayHaveRange(format)) throw new S3Error('UnsupportedScanRangeInput')
  if (format.kind === 'CSV') return readCsv(format, counted, options)
  if (format.kind === 'JSON') return readJson(format, counted, options)
  return readParquet(counted, options)
}

/** Source: S3 User Guide, "Requests using scan ranges". */
function mayHaveRange(format: InputFormat): boolean {
  if (format.kind === 'Parquet') return true
  if (format.compression !== 'NONE') return false
  return format.kind === 'CSV' ? !format.allowQuotedRecordDelimiter : format.type === 'LINES'
}

async function* readCsv(format: CsvInput, source: ObjectSource, options: ReadingOptions): Records {
  const { rows, range } = await rowsBehindHeader(format, source, options.scanRange)
  const text = textOf({ ...options, scanRange: range }, source, format.compression, format.recordDelimiter)
  for await (const piece of text) yield rows.take(piece, false)
  yield rows.take('', true)
}

/** A range that does not begin with the line that names the columns has their names all the same. */
async function rowsBehindHeader(
  format: CsvInput,
  source: ObjectSource,
  range: ScanRange | undefined,
): Promise<{ readonly rows: CsvRows; readonly range: ScanRange | undefined }> {
  if (format.header === 'NONE' || range === undefined || range.start === 0) {
    return { rows: csvRows(format), range }
  }
  const { fields, end } = await firstRow(source, format)
  const header = format.header === 'USE' ? csvHeader(fields) : undefined
  return {
    rows: csvRows({ ...format, header: 'NONE' }, header),
    range: { start: Math.max(range.start, end), end: Math.max(range.end, end) },
  }
}

async function* readJson(format: JsonInput, source: ObjectSource, options: ReadingOptions): Records {
  const walk = new JsonWalk(options.path)
  for await (const piece of textOf(options, source, format.compression, '\n')) yield walk.take(piece, false)
  yield walk.take('', true)
}

function textOf(
  { scanRange, processed }: ReadingOptions,
  source: ObjectSource,
  compression: Compression,
  delimiter: string,
): AsyncIterable<string> {
  const stored = scanRange
    ? linesOfRange(source, scanRange, Buffer.from(delimiter))
    : source.read(0, source.sizeBytes)
  const text = utf8Text(counting(decompressed(stored, compression), processed))
  return scanRange !== undefined && scanRange.start > 0 ? text : withoutMark(text)
}

function decompressed(bytes: AsyncIterable<Uint8Array>, compression: Compression): AsyncIterable<Uint8Array> {
  if (compression === 'GZIP') return gunzip(bytes)
  return compression === 'BZIP2' ? bunzip2(bytes) : bytes
}

async function* counting(
  bytes: AsyncIterable<Uint8Array>,
  count: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    count(chunk.length)
    yield chunk
  }
}
