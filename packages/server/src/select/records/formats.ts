/** How the bytes of an object are records, everything said: InputSerialization with its defaults. */
export type InputFormat = CsvInput | JsonInput | ParquetInput

export type Compression = 'NONE' | 'GZIP' | 'BZIP2'

export interface CsvInput {
  readonly kind: 'CSV'
  readonly compression: Compression
  /** What the first line is: names of the columns, something to be passed over, or a record. */
  readonly header: 'USE' | 'IGNORE' | 'NONE'
  /** A line that begins with this character is none. */
  readonly comments: string | undefined
  /** `undefined`: nothing is quoted. */
  readonly quote: string | undefined
  readonly quoteEscape: string
  /** One or two characters. */
  readonly recordDelimiter: string
  readonly fieldDelimiter: string
  readonly allowQuotedRecordDelimiter: boolean
}

export interface JsonInput {
  readonly kind: 'JSON'
  readonly compression: Compression
  readonly type: 'DOCUMENT' | 'LINES'
}

export interface ParquetInput {
  readonly kind: 'Parquet'
}

export type OutputFormat = CsvOutput | JsonOutput

export interface CsvOutput {
  readonly kind: 'CSV'
  readonly quoteFields: 'ALWAYS' | 'ASNEEDED'
  readonly quote: string
  readonly quoteEscape: string
  readonly recordDelimiter: string
  readonly fieldDelimiter: string
}

export interface JsonOutput {
  readonly kind: 'JSON'
  readonly recordDelimiter: string
}

/** Of bytes: `start` is the first, `end` the one behind the last. */
export interface ScanRange {
  readonly start: number
  readonly end: number
}

/** An object as it is stored. */
export interface ObjectSource {
  readonly sizeBytes: number
  /** The bytes from `start` up to `end`, exclusive, as they come. */
  read(start: number, end: number): AsyncIterable<Uint8Array>
}
