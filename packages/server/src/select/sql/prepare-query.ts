import { S3Error } from '../../model/s3-error.ts'
import { violated } from '../../base/assert.ts'
import type { FieldRecord, Header, InputRecord, OutputRecord } from '../records/record.ts'
import { Timestamp } from '../values/timestamp.ts'
import { askedColumns } from './evaluation/asked-columns.ts'
import { fieldSource } from './evaluation/field-source.ts'
import { compileProgram, type Program } from './evaluation/program.ts'
import { valueSource } from './evaluation/value-source.ts'
import type { Name, PathStep } from './path.ts'
import { checkQuery } from './syntax/check-query.ts'
import { parseQuery } from './syntax/parse-query.ts'
import type { Query } from './syntax/syntax-tree.ts'

/** Source: S3 User Guide, "Filtering and retrieving data using Amazon S3 Select", limits. */
const MAX_EXPRESSION_BYTES = 256 * 1024

export interface QueryOptions {
  readonly inputKind: 'CSV' | 'JSON' | 'Parquet'
  /** What UTCNOW() says. */
  readonly now: Date
}

export interface PreparedQuery {
  /** From each value of the object to the records: what stands behind `S3Object[*]`. Of JSON alone. */
  readonly path: readonly PathStep[]
  /** The members of its records that it looks at; `undefined`: all of them. */
  readonly columns: readonly Name[] | undefined
  start(): QueryRun
}

/** A query on its way through the records. Its errors are S3's, and end it. */
export interface QueryRun {
  /** What the query answers for the record; `undefined` where it has none for it. */
  take(record: InputRecord): OutputRecord | undefined
  /** There is nothing more to answer, whatever records follow. */
  readonly isDone: boolean
  /** After the last record: what the query answers for them all, if it does. */
  finish(): OutputRecord | undefined
}

/** Reads a query and checks all of it that can be checked without a record. */
export function prepareQuery(expression: string, { inputKind, now }: QueryOptions): PreparedQuery {
  if (Buffer.byteLength(expression) > MAX_EXPRESSION_BYTES) throw new S3Error('ExpressionTooLong')
  const parsed = parseQuery(expression)
  const query: CheckedQuery = { ...parsed, ...checkQuery(parsed) }
  const { path } = query.from
  const time = Timestamp.ofInstant(now.getTime())
  if (inputKind !== 'JSON' && path.length > 0) throw new S3Error('InvalidKeyPath')
  if (inputKind !== 'CSV') {
    compileProgram(query, valueSource(query.from), time)
    return { path, columns: askedColumns(query), start: () => startOnValues(query, time) }
  }
  compileProgram(query, fieldSource(query.from, anyHeader), time)
  return { path, columns: undefined, start: () => startOnFields(query, time) }
}

type CheckedQuery = Query & { readonly isAggregate: boolean }

/** Stands for the header that will be there when the first record is. */
const anyHeader: Header = { names: [], positionOf: () => 0 }

function startOnValues(query: CheckedQuery, now: Timestamp): QueryRun {
  const program = compileProgram(query, valueSource(query.from), now)
  return new LimitedRun(
    query,
    (record) => program.take(valueRecord(record)),
    () => program.finish(),
  )
}

/** The names of columns have their places from the first record on. */
function startOnFields(query: CheckedQuery, now: Timestamp): QueryRun {
  let program: Program<FieldRecord> | undefined
  const programFor = (header: Header | undefined): Program<FieldRecord> =>
    (program ??= compileProgram(query, fieldSource(query.from, header), now))
  return new LimitedRun(
    query,
    (record) => {
      const row = fieldRecord(record)
      return (program ?? programFor(row.header)).take(row)
    },
    () => (program ?? programFor(anyHeader)).finish(),
  )
}

class LimitedRun implements QueryRun {
  readonly #take: QueryRun['take']
  readonly #finish: QueryRun['finish']
  readonly #isAggregate: boolean
  /** How many answers may still be given. */
  #left: number

  constructor({ limit, isAggregate }: CheckedQuery, take: QueryRun['take'], finish: QueryRun['finish']) {
    this.#left = limit ?? Number.POSITIVE_INFINITY
    this.#isAggregate = isAggregate
    this.#take = take
    this.#finish = finish
  }

  get isDone(): boolean {
    return this.#left <= 0
  }

  take(record: InputRecord): OutputRecord | undefined {
    if (this.#left <= 0) return undefined
    const answer = this.#take(record)
    if (answer !== undefined) this.#left--
    return answer
  }

  finish(): OutputRecord | undefined {
    return this.#isAggregate && this.#left > 0 ? this.#finish() : undefined
  }
}

function fieldRecord(record: InputRecord): FieldRecord {
  return 'fields' in record ? record : violated('a value where rows of fields are queried')
}

function valueRecord(record: InputRecord): Exclude<InputRecord, FieldRecord> {
  return 'fields' in record ? violated('a row of fields where values are queried') : record
}
