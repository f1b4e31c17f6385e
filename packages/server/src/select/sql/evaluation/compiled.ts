import type { Timestamp } from '../../values/timestamp.ts'
import type { Value } from '../../values/value.ts'
import type { AggregateExpression, Expression, PathExpression } from '../syntax/syntax-tree.ts'

export type Evaluate<Row> = (row: Row) => Value

/** An expression as a function of a row. */
export interface Compiled<Row> {
  readonly evaluate: Evaluate<Row>
  /** A text of it comes from a field of CSV: beside a number, a boolean or a timestamp it is taken as one. */
  readonly isUntyped: boolean
  /** Where it is the same for every row. */
  readonly constant: { readonly value: Value } | undefined
}

export type Compile<Row> = (expression: Expression) => Compiled<Row>

/** What the names in a query stand for. */
export interface Scope<Row> {
  compilePath(path: PathExpression): Pick<Compiled<Row>, 'evaluate' | 'isUntyped'>
  compileAggregate(aggregate: AggregateExpression): Evaluate<Row>
  readonly now: Timestamp
}

/** A value that is neither null nor MISSING. */
export type Known = NonNullable<Value>

/** Null and MISSING go through, MISSING before null; all else is given to `apply`. */
export function strict<Row>(operand: Evaluate<Row>, apply: (value: Known) => Value): Evaluate<Row> {
  return (row) => {
    const value = operand(row)
    return value === undefined || value === null ? value : apply(value)
  }
}

/** The same of two. */
export function strictOfTwo<Row>(
  left: Evaluate<Row>,
  right: Evaluate<Row>,
  apply: (left: Known, right: Known) => Value,
): Evaluate<Row> {
  return (row) => {
    const one = left(row)
    const other = right(row)
    if (one === undefined || other === undefined) return undefined
    return one === null || other === null ? null : apply(one, other)
  }
}
