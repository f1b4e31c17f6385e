import { MAX_RECORD_BYTES, recordTooLong } from '../../records/record-size.ts'
import { isList } from '../../values/kind.ts'
import type { Value } from '../../values/value.ts'
import type { Evaluate } from './compiled.ts'

/**
 * What several expressions give for a row. Their texts may each be as long as a record and one does not look it in the query, so
 * that together they would fill the memory: more than a record holds is OverMaxRecordSize.
 */
export function valuesOfRow<Row>(evaluations: readonly Evaluate<Row>[], row: Row): Value[] {
  let length = 0
  return evaluations.map((evaluate) => {
    const value = evaluate(row)
    length += textLengthOf(value)
    if (length > MAX_RECORD_BYTES) throw recordTooLong()
    return value
  })
}

/** In lists too; what else is nested is of the record itself. */
function textLengthOf(value: Value): number {
  if (typeof value === 'string') return value.length
  return isList(value) ? value.reduce<number>((sum, element) => sum + textLengthOf(element), 0) : 0
}
