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

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get isFull(): boolean {
    return this.#backoffs.size >= MOST_KEYS
  }

  mayTry(row: KeyOf): boolean {
    return (this.#backoffs.get(nameOf(row))?.waitMilliseconds ?? 0) === 0
  }

  refused(row: KeyOf): void {
    const backoff = this.#backoffs.get(nameOf(row)) ?? new Backoff(this.#clock)
    backoff.failed()
    this.#backoffs.set(nameOf(row), backoff)
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
