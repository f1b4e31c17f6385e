import { S3Error } from '../../../model/s3-error.ts'
import type { CsvInput } from '../formats.ts'
import type { FieldRecord, Header } from '../record.ts'
import { checkRecordSize, MAX_RECORD_BYTES, recordTooLong } from '../record-size.ts'
import { csvHeader } from './csv-header.ts'
import { type Quoting, readQuotedRecord } from './quoted-record.ts'

/** Takes the text of a CSV file piece by piece, and answers the records that end in what was taken. */
export interface CsvRows {
  take(text: string, isLast: boolean): readonly FieldRecord[]
}

/**
 * Rows have as many fields as they have. Empty lines are no rows: nothing is documented of them, and readers of CSV
 * pass them over. `header` is given where the line that names the columns is not in the text.
 */
export function csvRows(format: CsvInput, header?: Header): CsvRows {
  const made = new Rows(format.header, header)
  const { quote, comments } = format
  const hasQuotes = quote !== undefined && quote !== ''
  const asked = { ...format, comments: comments === '' ? undefined : comments }
  if (hasQuotes && format.allowQuotedRecordDelimiter)
    return new QuotedRecords(asked, { ...format, quote }, made)
  return new Lines(asked, hasQuotes ? { ...format, quote } : undefined, made)
}

/** The rows made so far; the first one may be the header. */
class Rows {
  #rows: FieldRecord[] = []
  #header: Header | undefined
  /** What the next row is. */
  #next: CsvInput['header']

  constructor(first: CsvInput['header'], header: Header | undefined) {
    this.#next = first
    this.#header = header
  }

  add(fields: readonly string[]): void {
    if (this.#next === 'NONE') this.#rows.push({ fields, header: this.#header })
    else if (this.#next === 'USE') this.#header = csvHeader(fields)
    this.#next = 'NONE'
  }

  takeAll(): readonly FieldRecord[] {
    const rows = this.#rows
    this.#rows = []
    return rows
  }
}

/** Records are lines, whatever is in them: for files that have no record delimiter in quotes. */
class Lines implements CsvRows {
  readonly #format: CsvInput
  readonly #quoting: Quoting | undefined
  readonly #rows: Rows
  #rest = ''

  constructor(format: CsvInput, quoting: Quoting | undefined, rows: Rows) {
    this.#format = format
    this.#quoting = quoting
    this.#rows = rows
  }

  take(text: string, isLast: boolean): readonly FieldRecord[] {
    const { recordDelimiter } = this.#format
    const all = this.#rest + text
    const lines = all.split(recordDelimiter)
    this.#rest = lines.pop() ?? ''
    const mayBeQuoted = this.#quoting !== undefined && all.includes(this.#quoting.quote)
    const mayHaveReturns = recordDelimiter === '\n' && all.includes('\r')
    for (const line of lines) this.#line(line, mayBeQuoted, mayHaveReturns, 'CSVEscapingRecordDelimiter')
    if (isLast) this.#line(this.#rest, mayBeQuoted, mayHaveReturns, 'CSVUnescapedQuote')
    else if (this.#rest.length > MAX_RECORD_BYTES) throw recordTooLong()
    return this.#rows.takeAll()
  }

  #line(
    text: string,
    mayBeQuoted: boolean,
    mayHaveReturns: boolean,
    inQuotes: 'CSVEscapingRecordDelimiter' | 'CSVUnescapedQuote',
  ): void {
    const { comments, fieldDelimiter } = this.#format
    const line = mayHaveReturns && text.endsWith('\r') ? text.slice(0, -1) : text
    checkRecordSize(line)
    if (line === '' || isComment(line, 0, comments)) return
    const quoting = this.#quoting
    if (!mayBeQuoted || quoting === undefined || !line.includes(quoting.quote)) {
      this.#rows.add(line.split(fieldDelimiter))
      return
    }
    const record = readQuotedRecord(line, 0, quoting, true)
    if (typeof record === 'string') throw new S3Error(inQuotes)
    this.#rows.add(record.fields)
  }
}

/** Records may have record delimiters in quotes. */
class QuotedRecords implements CsvRows {
  readonly #format: CsvInput
  readonly #quoting: Quoting
  readonly #rows: Rows
  #rest = ''

  constructor(format: CsvInput, quoting: Quoting, rows: Rows) {
    this.#format = format
    this.#quoting = quoting
    this.#rows = rows
  }

  take(text: string, isLast: boolean): readonly FieldRecord[] {
    const all = this.#rest + text
    let at = 0
    let quoteAt = 0
    while (at < all.length) {
      if (quoteAt >= 0 && quoteAt < at) quoteAt = all.indexOf(this.#quoting.quote, at)
      else if (at === 0) quoteAt = all.indexOf(this.#quoting.quote)
      const next = this.#record(all, at, quoteAt, isLast)
      if (next === undefined) break
      at = next
    }
    this.#rest = all.slice(at)
    if (this.#rest.length > MAX_RECORD_BYTES) throw recordTooLong()
    return this.#rows.takeAll()
  }

  /** Where the next record begins; nothing where this one may not have ended. */
  #record(text: string, start: number, quoteAt: number, isLast: boolean): number | undefined {
    const { comments, recordDelimiter, fieldDelimiter } = this.#format
    const delimiter = text.indexOf(recordDelimiter, start)
    if (delimiter < 0 && !isLast) return undefined
    const lineEnd = delimiter < 0 ? text.length : delimiter
    const behindLine = delimiter < 0 ? text.length : delimiter + recordDelimiter.length
    const isPlain = quoteAt < 0 || quoteAt >= lineEnd
    if (isPlain || isComment(text, start, comments)) {
      const hasReturn = recordDelimiter === '\n' && lineEnd > start && text[lineEnd - 1] === '\r'
      const line = text.slice(start, hasReturn ? lineEnd - 1 : lineEnd)
      checkRecordSize(line)
      if (line !== '' && !isComment(line, 0, comments)) this.#rows.add(line.split(fieldDelimiter))
      return behindLine
    }
    const record = readQuotedRecord(text, start, this.#quoting, isLast)
    if (typeof record !== 'string') {
      checkRecordSize(text, start, record.end)
      this.#rows.add(record.fields)
      return record.next
    }
    if (isLast) throw new S3Error('CSVUnescapedQuote')
    return undefined
  }
}

function isComment(text: string, start: number, comments: string | undefined): boolean {
  return comments !== undefined && text.startsWith(comments, start)
}
