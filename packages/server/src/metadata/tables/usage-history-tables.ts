import { defineTable } from '../table.ts'

/** What a bucket held at a moment. */
export interface UsageSampleRow {
  readonly atMilliseconds: number
  readonly objects: number
  readonly versions: number
  readonly bytes: number
  readonly partBytes: number
}

export type UsageStep = 'hour' | 'day'

/** A ring for each step: of how long its samples are apart, and how many there are before the first is written over. */
export const USAGE_RINGS: Readonly<
  Record<UsageStep, { readonly stepMilliseconds: number; readonly size: number }>
> = {
  hour: { stepMilliseconds: 60 * 60 * 1000, size: 7 * 24 },
  day: { stepMilliseconds: 24 * 60 * 60 * 1000, size: 400 },
}

/** Samples of what each bucket held; `slot` is the number of its step since 1970, modulo the size of the ring. */
export const usageSamples = defineTable<[bucketId: string, step: UsageStep, slot: number], UsageSampleRow>(
  88,
  'usageSamples',
)
