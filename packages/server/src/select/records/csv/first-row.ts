import { inBlocks } from '../bytes/blocks.ts'
import { decodeUtf8 } from '../bytes/utf8-text.ts'
import type { CsvInput, ObjectSource } from '../formats.ts'
import { MAX_RECORD_BYTES, recordTooLong } from '../record-size.ts'
import { csvRows } from './csv-rows.ts'

export interface FirstRow {
  readonly fields: readonly string[]
  /** The offset behind it. */
  readonly end: number
}

/** The first row of a file: there may be comments and empty lines before it. */
export async function firstRow(source: ObjectSource, format: CsvInput): Promise<FirstRow> {
  const delimiter = Buffer.from(format.recordDelimiter)
  let rest: Buffer = Buffer.alloc(0)
  let offset = 0
  for await (const block of inBlocks(source.read(0, source.sizeBytes))) {
    rest = Buffer.concat([rest, block])
    for (let at = rest.indexOf(delimiter); at >= 0; at = rest.indexOf(delimiter)) {
      const fields = fieldsOf(rest.subarray(0, at), offset === 0, format)
      offset += at + delimiter.length
      if (fields) return { fields, end: offset }
      rest = rest.subarray(at + delimiter.length)
    }
    if (rest.length > MAX_RECORD_BYTES) throw recordTooLong()
  }
  return { fields: fieldsOf(rest, offset === 0, format) ?? [], end: source.sizeBytes }
}

function fieldsOf(line: Buffer, isFirst: boolean, format: CsvInput): readonly string[] | undefined {
  const text = decodeUtf8(line)
  const [row] = csvRows({ ...format, header: 'NONE' }).take(
    isFirst ? text.replace(/^\ufeff/, '') : text,
    true,
  )
  return row?.fields
}
