import type { Clock } from '../../base/clock.ts'
import type { OutboxRow } from '../../metadata/tables/event-tables.ts'
import { Backoff } from './backoff.ts'

/** More than this, and it is not the messages that are wrong but the destination. */
const MOST_KEYS = 1000

type KeyOf = Pick<OutboxRow, 'bucketId' | 'key'>

/** The keys whose next event was refused, and when each may be tried again. */
export class RefusedKeys {
  readonly #clock: Clock
  readonly #backoffs = new Map<string, Backoff>()
  /** Those whose next event this pass left behind: it tries no later one, however long it takes. */
  readonly #leftBehind = new Set<string>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get isFull(): boolean {
    return this.#backoffs.size >= MOST_KEYS
  }

  /** A pass through all that is left begins. */
  beginPass(): void {
    this.#leftBehind.clear()
  }

  /** It saw all: keys that it did not leave behind, and of which nothing is on its way, have nothing more to wait for. */
  endPass(isUnderWay: (name: string) => boolean): void {
    for (const name of this.#backoffs.keys())
      if (!this.#leftBehind.has(name) && !isUnderWay(name)) this.#backoffs.delete(name)
  }

  /** This pass tries nothing more of a key. */
  leaveBehind(row: KeyOf): void {
    this.#leftBehind.add(nameOf(row))
  }

  mayTry(row: KeyOf): boolean {
    const name = nameOf(row)
    if (this.#leftBehind.has(name)) return false
    if ((this.#backoffs.get(name)?.waitMilliseconds ?? 0) === 0) return true
    this.#leftBehind.add(name)
    return false
  }

  refused(row: KeyOf): void {
    const name = nameOf(row)
    const backoff = this.#backoffs.get(name) ?? new Backoff(this.#clock)
    backoff.failed()
    this.#backoffs.set(name, backoff)
    this.#leftBehind.add(name)
  }

  /** Its event was taken, or is given up. */
  settled(row: KeyOf): void {
    this.#backoffs.delete(nameOf(row))
  }
}

/** Tells the keys of all buckets from each other. */
export function nameOf({ bucketId, key }: KeyOf): string {
  return `${bucketId}/${key}`
}
