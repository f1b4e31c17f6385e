import { S3Error } from '../../../model/s3-error.ts'
import type { FieldRecord, Header } from '../../records/record.ts'
import type { Value } from '../../values/value.ts'
import type { Name } from '../path.ts'
import { nameError } from '../syntax/syntax-error.ts'
import type { FromClause, PathExpression } from '../syntax/syntax-tree.ts'
import { rowNamesOf, stepsFromRow } from './scope.ts'
import type { Members, Source } from './source.ts'

const position = /^_(0|[1-9]\d*)$/

/** Rows of CSV. Its columns have names where there is a header, and positions: source S3 User Guide, "SELECT command". */
export function fieldSource(from: FromClause, header: Header | undefined): Source<FieldRecord> {
  // `_1` is the first column.
  const rowNames = rowNamesOf(from).filter(({ text }) => from.alias !== undefined || text !== '_1')
  const membersOf = namedFields(header)
  const structOfRow = remembered((row: FieldRecord) => structOf(membersOf(row)))
  return {
    compilePath: (path) => {
      const name = columnOf(path, rowNames)
      if (name === undefined) {
        return { evaluate: structOfRow, isUntyped: false }
      }
      const at = columnAt(name, header)
      return { evaluate: (row) => row.fields[at], isUntyped: true }
    },
    compileMembers: (path) => {
      const isRow = path === undefined || columnOf(path, rowNames) === undefined
      if (!isRow) throw new S3Error('InvalidKeyPath')
      return membersOf
    },
  }
}

/** The name of the column; `undefined`: the row itself. A field has no members. */
function columnOf(path: PathExpression, rowNames: readonly Name[]): Name | undefined {
  const steps = stepsFromRow(path, rowNames)
  if (steps === undefined) {
    const [first] = path.steps
    if (first === undefined) return path.root
    throw nameError(first.kind === 'name' ? 'InvalidTableAlias' : 'InvalidKeyPath', path.root)
  }
  const [first, ...others] = steps
  if (first === undefined) return undefined
  if (first.kind !== 'name' || others.length > 0) throw new S3Error('InvalidKeyPath')
  return first.name
}

function columnAt(name: Name, header: Header | undefined): number {
  const number = position.exec(name.text)?.[1]
  const at = number === undefined ? undefined : Number(number) - 1
  // In quotes it may be a name that the header has.
  const named = at === undefined || name.isQuoted ? header?.positionOf(name) : undefined
  if (named !== undefined) return named
  if (at !== undefined && at >= 0) return at
  throw nameError(header === undefined || at !== undefined ? 'InvalidColumnIndex' : 'MissingHeaders', name)
}

/** Names are made once for all rows, as many as the longest of them has. */
function namedFields(header: Header | undefined): (row: FieldRecord) => Members {
  const all = [...(header?.names ?? [])]
  let last: readonly string[] = []
  return ({ fields }) => {
    while (all.length < fields.length) all.push(`_${all.length + 1}`)
    if (last.length !== fields.length) last = all.slice(0, fields.length)
    return { names: last, values: fields }
  }
}

/** However often a query names its row, there is one value of it. */
function remembered(make: (row: FieldRecord) => Value): (row: FieldRecord) => Value {
  let last: { readonly row: FieldRecord; readonly value: Value } | undefined
  return (row) => {
    if (last?.row !== row) last = { row, value: make(row) }
    return last.value
  }
}

function structOf({ names, values }: Members): Value {
  return new Map(names.map((name, at) => [name, values[at]]))
}
