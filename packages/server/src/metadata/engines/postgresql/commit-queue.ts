import { atEndOfTurn } from '../../../base/end-of-turn.ts'
import { systemClock } from '../../../base/clock.ts'
import type { Change } from '../../ordered-store.ts'
import { type CommitEngines, commitGroup } from './commit-group.ts'
import type { Connection } from './connection.ts'
import { ALONE, KeyLocks } from './key-locks.ts'

/** A server has room for 64 a transaction by default (max_locks_per_transaction); few transactions take so many. */
const MOST_LOCKS = 256
const MOST_CHANGES = 256
const MOST_BYTES = 8 * 1024 * 1024

interface Waiting {
  readonly change: Change
  readonly commit: PromiseWithResolvers<boolean>
  /** By when it wants an answer, as `elapsedMilliseconds` counts. */
  readonly deadline: number
}

/** Commits that come while others are being made durable share the next transaction; a lone one waits for nobody. */
export class CommitQueue {
  readonly #idle: Connection[]
  readonly #engines: CommitEngines
  #waiting: Waiting[] = []
  readonly #underWay = new Set<Promise<unknown>>()

  constructor(connections: readonly Connection[], engines: CommitEngines) {
    this.#idle = [...connections]
    this.#engines = engines
  }

  add(change: Change): Promise<boolean> {
    const commit = Promise.withResolvers<boolean>()
    const deadline = systemClock.elapsedMilliseconds() + this.#engines.patienceMilliseconds
    this.#waiting.push({ change, commit, deadline })
    const settled = commit.promise.catch(() => undefined)
    this.#underWay.add(settled)
    void settled.then(() => this.#underWay.delete(settled))
    atEndOfTurn(this.#start)
    return commit.promise
  }

  /** All that were added have an answer. */
  async drain(): Promise<void> {
    await Promise.all(this.#underWay)
  }

  readonly #start = (): void => {
    while (this.#waiting.length > 0) {
      const connection = this.#idle.pop()
      if (!connection) return
      void this.#runNext(connection)
    }
  }

  async #runNext(connection: Connection): Promise<void> {
    const { group, locks } = this.#takeGroup()
    const changes = group.map(({ change }) => change)
    try {
      const held = await commitGroup(
        connection,
        { changes, locks, deadline: group[0]?.deadline ?? 0 },
        this.#engines,
      )
      for (const [index, { commit }] of group.entries()) commit.resolve(held[index] === true)
    } catch (error) {
      for (const { commit } of group) commit.reject(error)
    }
    this.#idle.push(connection)
    this.#start()
  }

  /** As many as may go together; at least one. */
  #takeGroup(): { readonly group: readonly Waiting[]; readonly locks: readonly number[] } {
    const locks = new KeyLocks()
    let count = 0
    let sizeBytes = 0
    for (const { change } of this.#waiting) {
      sizeBytes += bytesOf(change)
      if (count > 0 && (sizeBytes > MOST_BYTES || locks.countWith(change) > MOST_LOCKS)) break
      locks.add(change)
      if (++count === MOST_CHANGES) break
    }
    const group = this.#waiting.slice(0, count)
    this.#waiting = this.#waiting.slice(count)
    return { group, locks: locks.count > MOST_LOCKS ? ALONE : locks.ordered() }
  }
}

function bytesOf({ put }: Change): number {
  return put.reduce((sum, { key, value }) => sum + key.length + value.length, 0)
}
