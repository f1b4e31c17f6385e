import { S3Error } from '../../../model/s3-error.ts'
import { operandsOf, type Expression, type Query } from './syntax-tree.ts'

/** How deep operators may be in each other, written out as they are: 1 + 1 + … too. */
const MAX_DEPTH = 1000

interface Place {
  readonly expression: Expression
  readonly depth: number
  readonly isInAggregate: boolean
}

interface Finds {
  hasAggregate: boolean
  /** A column that stands outside of every aggregate. */
  hasColumn: boolean
}

/**
 * Whether the query answers with one record for all. Throws where an aggregate stands beside columns, in another or in
 * WHERE, since nothing is grouped; and MaxOperatorsExceeded.
 */
export function checkQuery({ items, where }: Query): { readonly isAggregate: boolean } {
  const finds: Finds = { hasAggregate: false, hasColumn: items === undefined }
  if (where !== undefined) search(where, finds)
  if (finds.hasAggregate)
    throw unsupportedStructure('An aggregate function cannot be used in the WHERE clause.')
  finds.hasColumn = items === undefined
  for (const item of items ?? []) {
    if (item.kind === 'members') finds.hasColumn = true
    else search(item.expression, finds)
  }
  if (finds.hasAggregate && finds.hasColumn) {
    throw unsupportedStructure('Aggregate functions cannot be selected beside columns: there is no GROUP BY.')
  }
  return { isAggregate: finds.hasAggregate }
}

/** Without recursion, since the depth is what it checks. */
function search(root: Expression, finds: Finds): void {
  const places: Place[] = [{ expression: root, depth: 1, isInAggregate: false }]
  for (let place = places.pop(); place !== undefined; place = places.pop()) {
    const { expression, depth, isInAggregate } = place
    if (depth > MAX_DEPTH) throw new S3Error('MaxOperatorsExceeded')
    const isAggregate = expression.kind === 'aggregate'
    if (isAggregate && isInAggregate)
      throw unsupportedStructure('An aggregate function cannot be used in another.')
    if (isAggregate) finds.hasAggregate = true
    if (expression.kind === 'path' && !isInAggregate) finds.hasColumn = true
    for (const operand of operandsOf(expression)) {
      places.push({ expression: operand, depth: depth + 1, isInAggregate: isInAggregate || isAggregate })
    }
  }
}

function unsupportedStructure(message: string): S3Error {
  return new S3Error('UnsupportedSqlStructure', {}, { message })
}
