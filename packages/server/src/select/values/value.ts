import type { Decimal } from './decimal.ts'
import type { Timestamp } from './timestamp.ts'

/**
 * A value of S3 Select: bool, int (64 bits), float (64 bits), decimal, string, timestamp, null and MISSING, which is
 * `undefined`; and what JSON and Parquet nest. Source: S3 User Guide, "Data types".
 */
export type Value =
  | undefined
  | null
  | boolean
  | bigint
  | number
  | Decimal
  | string
  | Timestamp
  | readonly Value[]
  | Struct

/** Members in the order in which they stand; of a name that comes twice the last. */
export type Struct = ReadonlyMap<string, Value>
