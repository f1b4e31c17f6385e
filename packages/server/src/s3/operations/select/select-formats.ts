import { S3Error } from '../../../model/s3-error.ts'
import type {
  CSVInput,
  CSVOutput,
  InputSerialization,
  JSONInput,
  OutputSerialization,
} from '../../../model/types.gen.ts'
import type {
  Compression,
  CsvInput,
  CsvOutput,
  InputFormat,
  JsonInput,
  OutputFormat,
} from '../../../select/records/formats.ts'
import type { ErrorCode } from '../../../model/error-catalogue.ts'

/** How the bytes of an object are records. Source of the defaults: S3 API Reference, CSVInput and InputSerialization. */
export function inputFormatOf({ CSV, JSON, Parquet, CompressionType }: InputSerialization): InputFormat {
  assertOneOf({ CSV, JSON, Parquet })
  const compression = choose(CompressionType || 'NONE', COMPRESSIONS, 'InvalidCompressionFormat')
  if (CSV) return csvInput(CSV, compression)
  if (JSON) return jsonInput(JSON, compression)
  // Source: S3 User Guide, "Requirements and limits": no whole-object compression of Parquet.
  if (compression !== 'NONE') {
    const message = 'Parquet is not compressed as a whole: leave CompressionType out, or set it to NONE.'
    throw new S3Error('InvalidCompressionFormat', {}, { message })
  }
  return { kind: 'Parquet' }
}

/** How records are written. Source of the defaults: S3 API Reference, CSVOutput and JSONOutput. */
export function outputFormatOf({ CSV, JSON }: OutputSerialization): OutputFormat {
  assertOneOf({ CSV, JSON })
  if (CSV) return csvOutput(CSV)
  return { kind: 'JSON', recordDelimiter: delimiter(JSON?.RecordDelimiter, '\n') }
}

/** What S3 takes an empty delimiter of fields for, as XML has no way to write it (aws-sdk-java issue 2469). */
const NUL = '\0'
const COMPRESSIONS = ['NONE', 'GZIP', 'BZIP2'] as const satisfies readonly Compression[]
const HEADERS = ['USE', 'IGNORE', 'NONE'] as const satisfies readonly CsvInput['header'][]
const QUOTED_FIELDS = ['ALWAYS', 'ASNEEDED'] as const satisfies readonly CsvOutput['quoteFields'][]
const JSON_TYPES = ['DOCUMENT', 'LINES'] as const satisfies readonly JsonInput['type'][]

function csvInput(given: CSVInput, compression: Compression): CsvInput {
  const quote = character('QuoteCharacter', given.QuoteCharacter, '"')
  const input: CsvInput = {
    kind: 'CSV',
    compression,
    header: choose(given.FileHeaderInfo || 'NONE', HEADERS, 'InvalidFileHeaderInfo'),
    comments: character('Comments', given.Comments, '#'),
    quote,
    quoteEscape: character('QuoteEscapeCharacter', given.QuoteEscapeCharacter, '"') ?? '"',
    recordDelimiter: delimiter(given.RecordDelimiter, '\n'),
    fieldDelimiter: given.FieldDelimiter === '' ? NUL : delimiter(given.FieldDelimiter, ','),
    allowQuotedRecordDelimiter: given.AllowQuotedRecordDelimiter ?? false,
  }
  if (Array.from(input.recordDelimiter).length > 2) throw invalidParameter('RecordDelimiter')
  if (input.recordDelimiter === input.fieldDelimiter) throw invalidParameter('FieldDelimiter')
  if (quote === input.recordDelimiter || quote === input.fieldDelimiter)
    throw invalidParameter('QuoteCharacter')
  return input
}

function jsonInput({ Type }: JSONInput, compression: Compression): JsonInput {
  return { kind: 'JSON', compression, type: choose(Type || 'DOCUMENT', JSON_TYPES, 'InvalidJsonType') }
}

function csvOutput(given: CSVOutput): CsvOutput {
  return {
    kind: 'CSV',
    quoteFields: choose(given.QuoteFields || 'ASNEEDED', QUOTED_FIELDS, 'InvalidQuoteFields'),
    quote: character('QuoteCharacter', given.QuoteCharacter, '"') ?? '"',
    quoteEscape: character('QuoteEscapeCharacter', given.QuoteEscapeCharacter, '"') ?? '"',
    recordDelimiter: delimiter(given.RecordDelimiter, '\n'),
    fieldDelimiter: delimiter(given.FieldDelimiter, ','),
  }
}

function assertOneOf(formats: Readonly<Record<string, object | undefined>>): void {
  const given = Object.values(formats).filter((format) => format !== undefined)
  if (given.length === 0) throw new S3Error('MissingRequiredParameter')
  if (given.length > 1) throw new S3Error('ObjectSerializationConflict')
}

/** In any case: the guides write `Use`, and USE elsewhere. */
function choose<const Choice extends string>(
  given: string,
  choices: readonly Choice[],
  refusal: ErrorCode,
): Choice {
  const chosen = choices.find((choice) => choice === given.toUpperCase())
  if (chosen === undefined) throw new S3Error(refusal)
  return chosen
}

const escapes = new Map([
  ['\\n', '\n'],
  ['\\r', '\r'],
  ['\\r\\n', '\r\n'],
  ['\\t', '\t'],
])

/**
 * An empty one is none: clients that know no better send it. S3's examples write `\n` as two characters (S3 API Reference,
 * SelectObjectContent), and no file has these for a delimiter.
 */
function delimiter(given: string | undefined, usual: string): string {
  const text = given || usual
  return escapes.get(text) ?? text
}

/** One character; `undefined` where nothing at all is given for it, which turns it off. */
function character(name: string, given: string | undefined, usual: string): string | undefined {
  const text = given ?? usual
  if (Array.from(text).length > 1) throw invalidParameter(name)
  return text === '' ? undefined : text
}

function invalidParameter(name: string): S3Error {
  const message = `The value of ${name} is not valid.`
  return new S3Error('InvalidRequestParameter', {}, { message })
}
