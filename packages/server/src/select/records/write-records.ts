import type { CsvOutput, JsonOutput, OutputFormat } from './formats.ts'
import type { OutputRecord } from './record.ts'
import type { Value } from '../values/value.ts'
import { RecordText } from './write/record-text.ts'
import { textOf, writeMembers } from './write/value-text.ts'

/** Writes records with their delimiter behind each. */
export function recordWriter(format: OutputFormat): (record: OutputRecord) => string {
  const write = format.kind === 'CSV' ? csvWriter(format) : jsonWriter(format)
  return (record) => {
    const text = new RecordText()
    write(record, text)
    return text.finish()
  }
}

type Write = (record: OutputRecord, text: RecordText) => void

function jsonWriter({ recordDelimiter }: JsonOutput): Write {
  return ({ names, values }, text) => {
    writeMembers(membersOf(names, values), text)
    text.add(recordDelimiter)
  }
}

function* membersOf(names: readonly string[], values: readonly Value[]): Generator<readonly [string, Value]> {
  for (const [at, name] of names.entries()) yield [name, values[at]]
}

/** What is nested, which S3 writes as JSON alone, is JSON in a field. */
function csvWriter(format: CsvOutput): Write {
  const { quoteFields, fieldDelimiter, recordDelimiter } = format
  const needsQuotes = needsQuotesIn(format)
  return ({ values }, text) => {
    for (const [at, value] of values.entries()) {
      if (at > 0) text.add(fieldDelimiter)
      const field = textOf(value)
      text.add(quoteFields === 'ALWAYS' || needsQuotes(field) ? quoted(field, format) : field)
    }
    text.add(recordDelimiter)
  }
}

function quoted(text: string, { quote, quoteEscape: asked }: CsvOutput): string {
  if (quote === '') return text
  const quoteEscape = asked === '' ? quote : asked
  // An escape character that is no quote is escaped as well, or one before a closing quote would be taken for its.
  const escaped = quoteEscape === quote ? text : text.replaceAll(quoteEscape, () => quoteEscape + quoteEscape)
  return quote + escaped.replaceAll(quote, () => quoteEscape + quote) + quote
}

/** A delimiter may be as long as the request, and no pattern is that long. */
const LONGEST_IN_PATTERN = 64

/** Line ends are quoted whatever the delimiters: readers take them for some. */
function needsQuotesIn({ quote, fieldDelimiter, recordDelimiter }: CsvOutput): (field: string) => boolean {
  const special = ['\r', '\n', quote, fieldDelimiter, recordDelimiter].filter((text) => text !== '')
  const short = special.filter(({ length }) => length <= LONGEST_IN_PATTERN)
  const long = special.filter(({ length }) => length > LONGEST_IN_PATTERN)
  const pattern = new RegExp(short.map((text) => RegExp.escape(text)).join('|'))
  return (field) => pattern.test(field) || long.some((text) => field.includes(text))
}
