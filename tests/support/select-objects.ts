import type {
  CsvInput,
  InputFormat,
  JsonInput,
  ObjectSource,
} from '../../packages/server/src/select/records/formats.ts'
import { type ReadingOptions, readRecords } from '../../packages/server/src/select/records/read-records.ts'
import type { InputRecord } from '../../packages/server/src/select/records/record.ts'

export const csv: CsvInput = {
  kind: 'CSV',
  compression: 'NONE',
  header: 'NONE',
  comments: '#',
  quote: '"',
  quoteEscape: '"',
  recordDelimiter: '\n',
  fieldDelimiter: ',',
  allowQuotedRecordDelimiter: false,
}
export const json: JsonInput = { kind: 'JSON', compression: 'NONE', type: 'LINES' }
export const parquet: InputFormat = { kind: 'Parquet' }

/** An object in memory. Its chunks are lent: each is overwritten by the next. */
export function objectOf(content: string | Uint8Array, chunkBytes = 64 * 1024): ObjectSource {
  const bytes = Buffer.from(content)
  return {
    sizeBytes: bytes.length,
    async *read(start, end) {
      const chunk = Buffer.alloc(chunkBytes)
      for (let at = start; at < end; at += chunkBytes) {
        const length = bytes.copy(chunk, 0, at, Math.min(end, at + chunkBytes))
        yield chunk.subarray(0, length)
        chunk.fill(0xff)
      }
    },
  }
}

/** What an object's records are, all of them. */
export async function recordsOf(
  format: InputFormat,
  source: ObjectSource,
  options: Partial<ReadingOptions> = {},
): Promise<InputRecord[]> {
  const records: InputRecord[] = []
  const all = { path: [], scanRange: undefined, scanned() {}, processed() {}, ...options }
  for await (const batch of readRecords(format, source, all)) for (const record of batch) records.push(record)
  return records
}

/** The fields of each row of CSV. */
export async function rowsOf(
  format: CsvInput,
  source: ObjectSource,
  options: Partial<ReadingOptions> = {},
): Promise<(readonly string[])[]> {
  const records = await recordsOf(format, source, options)
  return records.map((record) => ('fields' in record ? record.fields : []))
}
