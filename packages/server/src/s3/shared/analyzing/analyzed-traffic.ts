import type { Clock } from '../../../base/clock.ts'
import {
  ANALYZED_CLASSES,
  type AnalyzedClass,
  type ClassTraffic,
  type TrafficRow,
} from '../../../metadata/tables/analytics-tables.ts'
import { addByAge, type AgedObject, ageGroupOf, analyzedClassOf, sumByAge, zeroByAge } from './age-groups.ts'

/** What was done for one configuration on one day. */
export interface PendingTraffic {
  readonly bucketId: string
  readonly configurationId: string
  readonly day: number
  readonly row: TrafficRow
}

/** Which configurations of a bucket an object counts for. */
export interface AnalyzedPlace {
  readonly bucketId: string
  readonly configurationIds: readonly string[]
}

type GrowingTraffic = { -readonly [Member in keyof ClassTraffic]: ClassTraffic[Member] } & {
  readonly requests: number[]
  readonly retrievedBytes: number[]
}

interface Growing extends PendingTraffic {
  readonly row: Partial<Record<AnalyzedClass, GrowingTraffic>>
}

/** More would take too much memory, a kilobyte each; they are too many only while the store takes no commits. */
const MOST_PENDING = 20_000

/**
 * What is read and uploaded of buckets with storage class analyses, counted here until a worker adds it to the counts of all
 * processes: nobody waits for a commit. What a crash takes from here, a minute's at the most, was not done as far as analyses are concerned.
 */
export class AnalyzedTraffic {
  readonly #clock: Clock
  readonly #dayMilliseconds: number
  #pending = new Map<string, Growing>()

  constructor(clock: Clock, dayMilliseconds: number) {
    this.#clock = clock
    this.#dayMilliseconds = dayMilliseconds
  }

  get pendingCount(): number {
    return this.#pending.size
  }

  /** A GET that sent so many bytes. */
  noteRead(place: AnalyzedPlace, object: AgedObject, bytes: number): void {
    const group = ageGroupOf(object, this.#now, this.#dayMilliseconds)
    for (const traffic of this.#trafficOf(place, object)) {
      addByAge(traffic.requests, group, 1)
      addByAge(traffic.retrievedBytes, group, bytes)
    }
  }

  noteUpload(place: AnalyzedPlace, object: AgedObject): void {
    for (const traffic of this.#trafficOf(place, object)) traffic.uploadedBytes += object.sizeBytes
  }

  /** All that was counted, which is forgotten. */
  take(): PendingTraffic[] {
    const taken = [...this.#pending.values()]
    this.#pending = new Map()
    return taken
  }

  /** What was taken and could not be written. */
  giveBack(traffic: readonly PendingTraffic[]): void {
    for (const { bucketId, configurationId, day, row } of traffic) {
      const pending = this.#pendingOf(bucketId, configurationId, day)
      if (pending) Object.assign(pending.row, sumOfTraffic(pending.row, row))
    }
  }

  *#trafficOf({ bucketId, configurationIds }: AnalyzedPlace, object: AgedObject): Generator<GrowingTraffic> {
    const name = analyzedClassOf(object)
    if (!name) return
    const day = Math.floor(this.#now / this.#dayMilliseconds)
    for (const id of configurationIds) {
      const pending = this.#pendingOf(bucketId, id, day)
      if (pending) yield (pending.row[name] ??= noTraffic())
    }
  }

  #pendingOf(bucketId: string, configurationId: string, day: number): Growing | undefined {
    const name = `${bucketId} ${configurationId} ${day}`
    const known = this.#pending.get(name)
    if (known || this.#pending.size >= MOST_PENDING) return known
    const pending = { bucketId, configurationId, day, row: {} }
    this.#pending.set(name, pending)
    return pending
  }

  get #now(): number {
    return this.#clock.now().getTime()
  }
}

/** Of both together. */
export function sumOfTraffic(one: TrafficRow, other: TrafficRow): TrafficRow {
  const sum: Partial<Record<AnalyzedClass, ClassTraffic>> = {}
  for (const name of ANALYZED_CLASSES) {
    const [mine, others] = [one[name], other[name]]
    const both = mine && others ? sumOfClass(mine, others) : (mine ?? others)
    if (both) sum[name] = both
  }
  return sum
}

function sumOfClass(one: ClassTraffic, other: ClassTraffic): ClassTraffic {
  return {
    requests: sumByAge(one.requests, other.requests),
    retrievedBytes: sumByAge(one.retrievedBytes, other.retrievedBytes),
    uploadedBytes: one.uploadedBytes + other.uploadedBytes,
  }
}

export function noTraffic(): GrowingTraffic {
  return { requests: zeroByAge(), retrievedBytes: zeroByAge(), uploadedBytes: 0 }
}
