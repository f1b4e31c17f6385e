import { Readable } from 'node:stream'
import { createGzip } from 'node:zlib'
import { listingEncoder } from '../../s3/shared/pages/listing-page.ts'
import type { ReportColumn } from './report-columns.ts'
import type { ReportedValue } from './reported-version.ts'

/** As much of a column as its values are written by. */
type CsvColumn = Pick<ReportColumn, 'name' | 'type'>

/** A CSV file without a head, compressed with gzip, of rows that come some at a time. */
export async function* csvFile(
  columns: readonly CsvColumn[],
  slices: AsyncIterable<readonly (readonly ReportedValue[])[]>,
): AsyncGenerator<Uint8Array> {
  const texts = Readable.from(csvTexts(columns, slices))
  const gzip = createGzip()
  texts.on('error', (error) => gzip.destroy(error))
  texts.pipe(gzip)
  try {
    for await (const bytes of gzip) yield bytes as Uint8Array
  } finally {
    texts.destroy()
    gzip.destroy()
  }
}

async function* csvTexts(
  columns: readonly CsvColumn[],
  slices: AsyncIterable<readonly (readonly ReportedValue[])[]>,
): AsyncGenerator<Buffer> {
  const formats = columns.map(formatOf)
  for await (const rows of slices) {
    let text = ''
    for (const row of rows) {
      let line = ''
      for (const [at, value] of row.entries()) {
        const shown = value === undefined ? '' : (formats[at]?.(value) ?? '')
        line += at === 0 ? `"${shown}"` : `,"${shown}"`
      }
      text += `${line}\n`
    }
    yield Buffer.from(text)
  }
}

type Format = (value: string | number | boolean) => string

const encodeKey = listingEncoder('url')

/** Source: S3 User Guide, "Amazon S3 Inventory list": keys are URL-encoded, and have to be decoded before they are used. */
function formatOf({ name, type }: CsvColumn): Format {
  if (name === 'Key') return (value) => encodeKey(String(value))
  if (type === 'time') return (value) => new Date(Number(value)).toISOString()
  if (type === 'text') return (value) => String(value).replaceAll('"', '""')
  return String
}
