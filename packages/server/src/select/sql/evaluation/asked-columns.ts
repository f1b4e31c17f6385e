import type { Name } from '../path.ts'
import type { Expression, PathExpression, Query } from '../syntax/syntax-tree.ts'
import { operandsOf } from '../syntax/syntax-tree.ts'
import { rowNamesOf, stepsFromRow } from './scope.ts'

/** The members of its records that a query looks at; `undefined` where it looks at whole records. */
export function askedColumns({ items, from, where }: Query): readonly Name[] | undefined {
  if (items === undefined) return undefined
  const rowNames = rowNamesOf(from)
  const expressions: Expression[] = items.map((item) =>
    item.kind === 'column' ? item.expression : item.path,
  )
  if (where !== undefined) expressions.push(where)
  const names: Name[] = []
  for (let expression = expressions.pop(); expression !== undefined; expression = expressions.pop()) {
    if (expression.kind === 'path') {
      const name = columnOf(expression, rowNames)
      if (name === undefined) return undefined
      names.push(name)
    }
    expressions.push(...operandsOf(expression))
  }
  return names
}

function columnOf(path: PathExpression, rowNames: readonly Name[]): Name | undefined {
  const steps = stepsFromRow(path, rowNames)
  if (steps === undefined) return path.root
  return steps[0]?.kind === 'name' ? steps[0].name : undefined
}
