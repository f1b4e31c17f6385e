import { violated } from '../../../base/assert.ts'
import type { OutputRecord } from '../../records/record.ts'
import type { Timestamp } from '../../values/timestamp.ts'
import type { Value } from '../../values/value.ts'
import type { Query, SelectItem } from '../syntax/syntax-tree.ts'
import { accumulatorOf, type Accumulator, HeldTexts } from './accumulators.ts'
import { compilerIn } from './compile-expression.ts'
import { conditionOf, type Condition } from './conditions.ts'
import type { Compile, Evaluate, Scope } from './compiled.ts'
import { columnName, compileProjection } from './projection.ts'
import type { Source } from './source.ts'

/** A query over one kind of rows, and what it has found so far. */
export interface Program<Row> {
  take(row: Row): OutputRecord | undefined
  finish(): OutputRecord | undefined
}

export function compileProgram<Row>(
  query: Query & { readonly isAggregate: boolean },
  source: Source<Row>,
  now: Timestamp,
): Program<Row> {
  const compile = compilerIn(rowScope(source, now))
  const isMet = query.where === undefined ? undefined : conditionOf(compile(query.where))
  if (query.isAggregate) return aggregateProgram(query.items ?? [], isMet, compile, now)
  const project = compileProjection(query.items, compile, source)
  return {
    take: isMet === undefined ? project : (row) => (isMet(row) === true ? project(row) : undefined),
    finish: () => undefined,
  }
}

function rowScope<Row>(source: Source<Row>, now: Timestamp): Scope<Row> {
  return {
    now,
    compilePath: (path) => source.compilePath(path),
    compileAggregate: () => violated('an aggregate function of each row'),
  }
}

/** An aggregate function in the query, and what it is of. */
interface Aggregation<Row> {
  readonly accumulator: Accumulator
  /** `undefined`: rows are counted, whatever they hold. */
  readonly evaluate: Evaluate<Row> | undefined
}

function aggregateProgram<Row>(
  items: readonly SelectItem[],
  isMet: Condition<Row> | undefined,
  compile: Compile<Row>,
  now: Timestamp,
): Program<Row> {
  const aggregations: Aggregation<Row>[] = []
  const compileResult = compilerIn(resultScope(aggregations, compile, now))
  const columns = items.flatMap((item, at) =>
    item.kind === 'column'
      ? [{ name: columnName(item, at), evaluate: compileResult(item.expression).evaluate }]
      : [],
  )
  return {
    take: (row) => {
      if (isMet === undefined || isMet(row) === true)
        for (const aggregation of aggregations) add(aggregation, row)
      return undefined
    },
    finish: () => ({
      names: columns.map(({ name }) => name),
      values: columns.map(({ evaluate }): Value => evaluate(undefined)),
    }),
  }
}

/** Of what is left when all rows are taken: the results of the aggregate functions. */
function resultScope<Row>(
  aggregations: Aggregation<Row>[],
  compile: Compile<Row>,
  now: Timestamp,
): Scope<undefined> {
  const texts = new HeldTexts()
  return {
    now,
    compilePath: () => violated('a column beside an aggregate function'),
    compileAggregate: ({ name, operand }) => {
      const compiled = operand === undefined ? undefined : compile(operand)
      const accumulator = accumulatorOf(name, compiled?.isUntyped === true, texts)
      aggregations.push({ accumulator, evaluate: compiled?.evaluate })
      return () => accumulator.result()
    },
  }
}

function add<Row>({ accumulator, evaluate }: Aggregation<Row>, row: Row): void {
  const value = evaluate === undefined ? true : evaluate(row)
  if (value !== undefined && value !== null) accumulator.add(value)
}
