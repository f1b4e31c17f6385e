import { daysInMonth } from '../../base/day.ts'
import type { Policy } from './policy.ts'
import { syntaxError } from './policy-error.ts'

const DAY = /^(\d{4})-(\d\d)-(\d\d)/
const DATE_OPERATOR = /^(?:For(?:AllValues|AnyValue):)?Date/

/**
 * Throws a PolicyError for a day that its month does not have, which is no date of ISO 8601. Ask for what somebody puts: of policies
 * that were accepted before, the 30th of February goes on to be the 2nd of March. Source: IAM User Guide, "IAM JSON policy
 * elements: Condition operators", "Date condition operators".
 */
export function refuseImpossibleDates({ statements }: Policy): void {
  for (const { operator, values } of statements.flatMap(({ conditions }) => conditions)) {
    if (DATE_OPERATOR.test(operator) && !values.every(isPossible)) throw syntaxError()
  }
}

function isPossible(text: string): boolean {
  const [, year, month, day] = DAY.exec(text) ?? []
  return day === undefined || (Number(day) >= 1 && Number(day) <= daysInMonth(Number(year), Number(month)))
}
