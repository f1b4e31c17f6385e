import { isStruct } from '../../values/kind.ts'
import type { Value } from '../../values/value.ts'
import type { PathStep } from '../path.ts'
import type { FromClause, PathExpression } from '../syntax/syntax-tree.ts'
import type { Evaluate } from './compiled.ts'
import { valueAlong } from './members.ts'
import { rowNamesOf, stepsFromRow } from './scope.ts'
import type { Members, Source } from './source.ts'

export interface ValueRecord {
  readonly value: Value
}

/** Of a value without members. */
const onlyName: readonly string[] = ['_1']

/** Values of JSON or Parquet. A name that is not the row's is one of its members. */
export function valueSource(from: FromClause): Source<ValueRecord> {
  const rowNames = rowNamesOf(from)
  const evaluateAlong = (path: PathExpression): Evaluate<ValueRecord> => {
    const member: PathStep = { kind: 'name', name: path.root }
    return valueAlong(rowValue, stepsFromRow(path, rowNames) ?? [member, ...path.steps])
  }
  return {
    compilePath: (path) => ({ evaluate: evaluateAlong(path), isUntyped: false }),
    compileMembers: (path) => {
      const evaluate = path === undefined ? rowValue : evaluateAlong(path)
      return (record) => membersOf(evaluate(record))
    },
  }
}

function rowValue({ value }: ValueRecord): Value {
  return value
}

function membersOf(value: Value): Members {
  if (!isStruct(value)) return { names: onlyName, values: [value] }
  return { names: Array.from(value.keys()), values: Array.from(value.values()) }
}
