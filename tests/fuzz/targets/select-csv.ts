import assert from 'node:assert/strict'
import { csvRows } from '../../../packages/server/src/select/records/csv/csv-rows.ts'
import type { CsvInput } from '../../../packages/server/src/select/records/formats.ts'
import { S3Error } from '../../../packages/server/src/model/s3-error.ts'
import { csv } from '../../support/select-objects.ts'
import { firstLine, type FuzzTarget, outcomeOf } from '../fuzz-target.ts'

/** What the first line's character asks for. */
const changes: readonly Partial<CsvInput>[] = [
  {},
  { header: 'USE' },
  { quoteEscape: '\\' },
  { quote: undefined, comments: undefined },
  { recordDelimiter: '\r\n', fieldDelimiter: '::' },
  { recordDelimiter: '\n\n', quote: 'é', quoteEscape: 'é' },
]

/** Rows of CSV: the same whatever the pieces they come in, and without quotes those that splitting makes. */
export const selectCsv: FuzzTarget = {
  seeds: [
    '0\na,b\nc,"d,e"\n#f\n\n"""g""",h\r\n',
    '1\nid,ID\n1,2\n',
    '2\n"a\\"b\\\\",\\\n',
    '3\n"a,#b\n',
    '4\na::"b::"\r\n::\r\n',
    '5\na\n\n\nb,\u00c3\u00a9c\u00c3\u00a9\n\n',
    '0q\n"a\nb",c\n',
  ],
  words: ['"', '""', '\r\n', ',', '::', '\n\n', '#', '\\"'],
  mostBytes: 2000,
  mostStepsPerByte: 5000,
  run(bytes) {
    const [line, body] = firstLine(bytes)
    const change = changes[line.charCodeAt(0) % changes.length]
    const format = { ...csv, ...change, allowQuotedRecordDelimiter: line.endsWith('q') }
    const text = body.toString()
    const whole = taken(format, [text])
    for (const size of sizesOf(text)) assert.deepEqual(taken(format, pieces(text, size)), whole)
    if (whole.includes(NO_ROWS) || format.header !== 'NONE' || text.includes(format.quote ?? '\0')) return
    assert.deepEqual(whole, split(format, text))
  },
}

const NO_ROWS = '\0error'

function taken(format: CsvInput, texts: readonly string[]): readonly string[] {
  const rows = csvRows(format)
  const { value, error } = outcomeOf(
    () => [...texts.flatMap((text) => rows.take(text, false)), ...rows.take('', true)],
    (fault) => fault instanceof S3Error && fault.status === 400,
  )
  if (error) return [NO_ROWS, String(error)]
  return value.map(({ fields }) => JSON.stringify(fields))
}

/** A record is read anew with each of its pieces: character by character only where that does not take all the time. */
function sizesOf({ length }: string): number[] {
  return [length < 200 ? 1 : 97, 2 + (length % 17) + Math.floor(length / 20)]
}

function pieces(text: string, size: number): string[] {
  return Array.from({ length: Math.ceil(text.length / size) }, (_, at) =>
    text.slice(at * size, (at + 1) * size),
  )
}

function split(format: CsvInput, text: string): string[] {
  const lines = text.split(format.recordDelimiter)
  const stripped = format.recordDelimiter === '\n' ? lines.map((line) => line.replace(/\r$/, '')) : lines
  const rows = stripped.filter((line) => line !== '' && !line.startsWith(format.comments ?? '\0'))
  return rows.map((row) => JSON.stringify(row.split(format.fieldDelimiter)))
}
