import type { Name } from '../sql/path.ts'
import type { Value } from '../values/value.ts'

/** What a query is asked of, one after another: a row of CSV, or any value of JSON or Parquet. */
export type InputRecord = FieldRecord | { readonly value: Value }

/** A row of CSV: its fields are untyped. */
export interface FieldRecord {
  readonly fields: readonly string[]
  /** Where the first line names the columns (FileHeaderInfo USE). */
  readonly header: Header | undefined
}

export interface Header {
  readonly names: readonly string[]
  /** From 0. `undefined` where there is none. Throws AmbiguousFieldName. */
  positionOf(name: Name): number | undefined
}

/** What a query answers for a record. A MISSING value is left out of JSON, and empty in CSV. */
export interface OutputRecord {
  readonly names: readonly string[]
  readonly values: readonly Value[]
}
