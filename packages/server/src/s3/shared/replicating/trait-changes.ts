import type { Clock } from '../../../base/clock.ts'
import type { TraitChanges } from '../../../metadata/tables/replicated-row.ts'
import type { BucketRow, ObjectRow } from '../../../metadata/tables/rows.ts'
import { MAX_SKEW_MILLISECONDS } from '../../../base/max-skew.ts'
import { isReplicated } from './replication-rules.ts'

/** What two sides that replicate to each other may say of the same version at the same time: each by itself, the later counts on both. */
export type ChangingTrait = keyof TraitChanges

type Said = Pick<ObjectRow, ChangingTrait | 'traitChanges'>

/** A trait as it is said now, and that it is, where a side elsewhere may say something else of it. */
export function saidNow<Trait extends ChangingTrait>(
  clock: Clock,
  bucket: BucketRow,
  row: ObjectRow,
  trait: Trait,
  value: ObjectRow[Trait],
): Partial<ObjectRow> {
  const said: Partial<ObjectRow> = { [trait]: value }
  if (row.replication === undefined && !isReplicated(bucket)) return said
  const { traitChanges: before } = row
  // A side whose clock is ahead has not the last word for ever.
  const now = Math.max(clock.now().getTime(), (before?.[trait] ?? 0) + 1)
  return { ...said, traitChanges: { ...before, [trait]: now } }
}

/**
 * What another side says of when it said something, where that can be: nobody whose clock is further ahead may sign a request, and a time
 * ahead would have the last word until it came.
 */
export function timesSaid(clock: Clock, changes: TraitChanges): TraitChanges {
  const latest = clock.now().getTime() + MAX_SKEW_MILLISECONDS
  return Object.fromEntries<number>(
    Object.entries(changes).map(([trait, time]: [string, number]): [string, number] => [
      trait,
      Math.min(time, latest),
    ]),
  )
}

/** A version with what is said of these traits elsewhere, where that is later. */
export function laterOf(ours: ObjectRow, theirs: Said, traits: readonly ChangingTrait[]): ObjectRow {
  const taken = traits.filter((trait) => isSaidLater(trait, theirs, ours))
  const said = Object.fromEntries(taken.map((trait) => [trait, theirs[trait]]))
  const times = taken.flatMap((trait): [ChangingTrait, number][] => {
    const time = theirs.traitChanges?.[trait]
    return time === undefined ? [] : [[trait, time]]
  })
  if (times.length === 0) return { ...ours, ...said }
  return { ...ours, ...said, traitChanges: { ...ours.traitChanges, ...Object.fromEntries<number>(times) } }
}

/**
 * Whether of what two sides say of a trait `theirs` counts. Of the same moment it is what is greater as text: both sides have to come to
 * the same. Where neither is known to have changed, and from servers that tell no times, what comes last does.
 */
function isSaidLater(trait: ChangingTrait, theirs: Said, ours: Said): boolean {
  if (!theirs.traitChanges) return true
  const [their, our] = [theirs.traitChanges[trait], ours.traitChanges?.[trait]]
  if (their !== our) return our === undefined || (their !== undefined && their > our)
  return our === undefined || textOf(theirs[trait]) >= textOf(ours[trait])
}

function textOf(value: Said[ChangingTrait]): string {
  return JSON.stringify(value) ?? ''
}
