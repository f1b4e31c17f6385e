import type { AnalyzedClass, AnalysisDayRow, ClassDay } from '../../metadata/tables/analytics-tables.ts'
import { ALL_AGES, FIRST_DAYS } from '../../s3/shared/analyzing/age-groups.ts'

/** Over how many days ratios are, and how many have to be observed before there is a result. Source: S3 User Guide, "How do I use storage class analysis?". */
export const OBSERVED_DAYS = 30

/**
 * Objects that are read whole less often than once within the observed days are infrequently accessed. Source: S3 User Guide, "Understanding
 * and managing Amazon S3 storage classes": STANDARD_IA is for what is accessed about once a month.
 */
const LEAST_FREQUENT_RATIO = 1

/** In how many records in a row an age has to be the same to be recommended. */
const STABLE_RECORDS = 7

/** Source: S3 User Guide, "Transitioning objects": before that nothing goes from STANDARD to STANDARD_IA. */
const LEAST_TRANSITION_DAYS = 30

/**
 * The cumulative access ratios of a class: of an age group and those that are older how much was read within the observed days, for
 * each byte that was there on average. Last that of all objects; null where there was nothing. AWS does not publish its own.
 */
export function accessRatios(
  records: readonly (Pick<ClassDay, 'storedBytes' | 'retrievedBytes'> | undefined)[],
): (number | null)[] {
  const ratioOf = (groups: readonly number[]): number | null => {
    let [stored, retrieved] = [0, 0]
    for (const record of records)
      for (const group of groups) {
        stored += record?.storedBytes[group] ?? 0
        retrieved += record?.retrievedBytes[group] ?? 0
      }
    return stored === 0 ? null : retrieved / (stored / records.length)
  }
  const groups = FIRST_DAYS.map((_, at) => at)
  return [...groups.map((group) => ratioOf(groups.slice(group))), ratioOf([ALL_AGES])]
}

/**
 * The age in days from which on all that is older is infrequently accessed: where the youngest such age group begins. Nothing where even the
 * oldest objects are read often. The rule is ours: AWS does not publish its own.
 */
export function observedTransitionAge(ratios: readonly (number | null)[]): number | undefined {
  let age: number | undefined
  for (const [at, first] of [...FIRST_DAYS.entries()].toReversed()) {
    const ratio = ratios[at] ?? null
    if (ratio === null) continue
    if (ratio >= LEAST_FREQUENT_RATIO) break
    age = first
  }
  return age
}

/** The age to consider once the observed one is stable. `before`: the records before this one, the newest last. */
export function recommendedTransitionAge(
  age: number | undefined,
  before: readonly Pick<AnalysisDayRow, 'transitionAge'>[],
): number | undefined {
  const last = before.slice(1 - STABLE_RECORDS)
  const isStable =
    last.length === STABLE_RECORDS - 1 && last.every(({ transitionAge }) => transitionAge === age)
  return age !== undefined && isStable ? Math.max(age, LEAST_TRANSITION_DAYS) : undefined
}

export type ClassRecord = Omit<ClassDay, 'ratios'>

/** A record of a day. `before`: those within the observed days before it, the oldest first. */
export function recordOfDay(
  classes: readonly (readonly [AnalyzedClass, ClassRecord])[],
  before: readonly AnalysisDayRow[],
  hasObserved: boolean,
): AnalysisDayRow {
  const told = classes.map(([name, record]) => {
    const records = [...before.map((day) => day.classes[name]), record]
    return [name, { ...record, ratios: accessRatios(records) }] as const
  })
  const standard = told.find(([name]) => name === 'STANDARD')?.[1]
  const transitionAge = hasObserved && standard ? observedTransitionAge(standard.ratios) : undefined
  const recommendedAge = recommendedTransitionAge(transitionAge, before)
  return { classes: Object.fromEntries(told), transitionAge, recommendedAge }
}
