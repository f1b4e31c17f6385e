import { ANALYZED_CLASSES, type AnalyzedClass } from '../../../metadata/tables/analytics-tables.ts'

/** Days since the upload with which the age groups begin. Source: S3 User Guide, "How do I use storage class analysis?". */
export const FIRST_DAYS = [0, 15, 30, 45, 60, 75, 90, 120, 150, 180, 365, 730] as const

/** Where numbers by age group have that of all objects. */
export const ALL_AGES = FIRST_DAYS.length

/** As an export names them: `000-014` … `730+`, `ALL`. */
export const AGE_NAMES: readonly string[] = [
  ...FIRST_DAYS.map((day, at) => {
    const next = FIRST_DAYS[at + 1]
    return next === undefined ? `${day}+` : `${threeDigits(day)}-${threeDigits(next - 1)}`
  }),
  'ALL',
]

/** Smaller objects are in no age group, and counted with all of them alone. Source: the same page, "Exported file layout". */
const LEAST_AGED_BYTES = 128 * 1024

/** What of an object an analysis goes by. */
export interface AgedObject {
  readonly storageClass?: string | undefined
  readonly sizeBytes: number
  readonly modifiedMilliseconds: number
}

/** The class of an object; `undefined` for those that analyses do not tell of. */
export function analyzedClassOf({ storageClass = 'STANDARD' }: AgedObject): AnalyzedClass | undefined {
  return ANALYZED_CLASSES.find((name) => name === storageClass)
}

/** The age group of an object at a moment; `undefined` for one that is in none. */
export function ageGroupOf(
  { sizeBytes, modifiedMilliseconds }: AgedObject,
  nowMilliseconds: number,
  dayMilliseconds: number,
): number | undefined {
  if (sizeBytes < LEAST_AGED_BYTES) return undefined
  // An upload in the future, of a clock that was ahead, is young.
  const days = Math.max(0, Math.floor((nowMilliseconds - modifiedMilliseconds) / dayMilliseconds))
  return FIRST_DAYS.findLastIndex((first) => first <= days)
}

export function zeroByAge(): number[] {
  return Array.from({ length: ALL_AGES + 1 }, () => 0)
}

/** Adds an amount to that of an age group, where there is one, and to that of all. */
export function addByAge(numbers: number[], group: number | undefined, amount: number): void {
  if (group !== undefined) numbers[group] = (numbers[group] ?? 0) + amount
  numbers[ALL_AGES] = (numbers[ALL_AGES] ?? 0) + amount
}

export function sumByAge(one: readonly number[], other: readonly number[]): number[] {
  return one.map((number, at) => number + (other[at] ?? 0))
}

function threeDigits(day: number): string {
  return String(day).padStart(3, '0')
}
