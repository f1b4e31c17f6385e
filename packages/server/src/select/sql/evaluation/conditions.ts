import { readBool } from '../../values/cast.ts'
import type { Compiled, Evaluate } from './compiled.ts'

/** True, false, or neither: null or MISSING. */
export type Truth = boolean | null | undefined

export type Condition<Row> = (row: Row) => Truth

/** What an expression says where a condition stands: a value that is no boolean is neither true nor false. */
export function conditionOf<Row>({ evaluate, isUntyped }: Omit<Compiled<Row>, 'constant'>): Condition<Row> {
  return (row) => {
    const value = evaluate(row)
    if (value === true || value === false || value === null) return value
    return isUntyped && typeof value === 'string' ? readBool(value) : undefined
  }
}

export function not<Row>(condition: Condition<Row>): Evaluate<Row> {
  return (row) => {
    const truth = condition(row)
    return typeof truth === 'boolean' ? !truth : truth
  }
}

/** False where one is, whatever the others are. */
export function and<Row>(conditions: readonly Condition<Row>[]): Evaluate<Row> {
  return decidedBy(false, conditions)
}

/** True where one is, whatever the others are. */
export function or<Row>(conditions: readonly Condition<Row>[]): Evaluate<Row> {
  return decidedBy(true, conditions)
}

function decidedBy<Row>(decisive: boolean, conditions: readonly Condition<Row>[]): Evaluate<Row> {
  return (row) => {
    let isKnown = true
    for (const condition of conditions) {
      const truth = condition(row)
      if (truth === decisive) return decisive
      if (typeof truth !== 'boolean') isKnown = false
    }
    return isKnown ? !decisive : null
  }
}
