import type { OutputRecord } from '../../records/record.ts'
import type { SelectItem } from '../syntax/syntax-tree.ts'
import type { Compile, Evaluate } from './compiled.ts'
import { MAX_RECORD_BYTES, recordTooLong } from '../../records/record-size.ts'
import type { Value } from '../../values/value.ts'
import { lastNameOf } from './scope.ts'
import type { Members, Source } from './source.ts'
import { valuesOfRow } from './values-of-row.ts'

export type Project<Row> = (row: Row) => OutputRecord

/** What a query selects of a record. */
export function compileProjection<Row>(
  items: readonly SelectItem[] | undefined,
  compile: Compile<Row>,
  source: Source<Row>,
): Project<Row> {
  if (items === undefined) return source.compileMembers(undefined)
  const columns = items.map((item, at): Column<Row> | Star<Row> =>
    item.kind === 'members'
      ? { members: source.compileMembers(item.path) }
      : { name: columnName(item, at), evaluate: compile(item.expression).evaluate },
  )
  const plain = columns.filter((column): column is Column<Row> => 'name' in column)
  return plain.length === columns.length ? plainProjection(plain) : mixedProjection(columns)
}

interface Star<Row> {
  readonly members: (row: Row) => Members
}

interface Column<Row> {
  readonly name: string
  readonly evaluate: Evaluate<Row>
}

/** Its alias, the name that its path ends with, or its position. */
export function columnName(item: Extract<SelectItem, { readonly kind: 'column' }>, at: number): string {
  const { alias, expression } = item
  return alias ?? (expression.kind === 'path' ? lastNameOf(expression) : undefined) ?? `_${at + 1}`
}

function plainProjection<Row>(columns: readonly Column<Row>[]): Project<Row> {
  const names = columns.map(({ name }) => name)
  const evaluations = columns.map(({ evaluate }) => evaluate)
  return (row) => ({ names, values: valuesOfRow(evaluations, row) })
}

function mixedProjection<Row>(columns: readonly (Column<Row> | Star<Row>)[]): Project<Row> {
  const parts = columns.map((column) => ('members' in column ? column.members : plainProjection([column])))
  return (row) => {
    const all: { readonly names: string[]; readonly values: Value[] } = { names: [], values: [] }
    for (const part of parts) {
      const { names, values } = part(row)
      // Each has a character at least: of many stars each may stand for as many fields as a record holds.
      if (all.values.length + values.length > MAX_RECORD_BYTES) throw recordTooLong()
      for (const name of names) all.names.push(name)
      for (const value of values) all.values.push(value)
    }
    return all
  }
}
