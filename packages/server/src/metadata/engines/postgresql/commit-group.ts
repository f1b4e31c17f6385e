import type { Client, QueryArrayResult } from 'pg'
import { assert } from '../../../base/assert.ts'
import { systemClock } from '../../../base/clock.ts'
import type { CorrectedClock } from '../../../base/corrected-clock.ts'
import { StorageFault } from '../../../base/storage-fault.ts'
import { keyText } from '../../key-text.ts'
import type { Change, Stamp } from '../../ordered-store.ts'
import { byteaArray, int8Array } from './binary-arrays.ts'
import { type Connection, send, type Value } from './connection.ts'
import { GroupWrites } from './group-writes.ts'
import { ALONE } from './key-locks.ts'
import { isAnswered, isLostRace, isOutOfLocks } from './postgresql-fault.ts'
import * as statements from './statements.ts'

const MOST_ATTEMPTS = 5
const ROLLBACK_MILLISECONDS = 1000
/** Versions, retention and leases count on clocks that are about right. */
const MOST_APART_MILLISECONDS = 5000

export interface CommitEngines {
  readonly freshStamp: () => Stamp
  /** Nothing is committed while it is more than 5 s from the server's; else it is corrected. Absent: it is not looked at. */
  readonly clock: CorrectedClock | undefined
  /** How long a commit may take. */
  readonly patienceMilliseconds: number
}

export interface Group {
  readonly changes: readonly Change[]
  readonly locks: readonly number[]
  /** By when there has to be an answer, as `systemClock.elapsedMilliseconds` counts. */
  readonly deadline: number
}

/** With less left nothing is begun: it would only end in doubt. */
const LEAST_SHARE = 1 / 10

/**
 * Makes changes one after the other in one transaction; tells which of them held. Rejects with a `StorageFault`, `unavailable` where it
 * is not known what came of it.
 */
export async function commitGroup(
  connection: Connection,
  { changes, locks, deadline }: Group,
  engines: CommitEngines,
): Promise<boolean[]> {
  let ids = locks
  const leastMilliseconds = engines.patienceMilliseconds * LEAST_SHARE
  for (let attempt = 1; ; attempt++) {
    const client = await connection.client()
    if (millisecondsUntil(deadline) < leastMilliseconds)
      throw new StorageFault('unavailable', 'the metadata store gave no answer in time', { passes: true })
    const group = new CommitGroup(client, changes, engines, deadline)
    try {
      return await group.run(ids)
    } catch (error) {
      const fault = connection.failed(client, error, 'a commit')
      if (group.isInDoubt || attempt === MOST_ATTEMPTS || !isWorthAnotherTry(error)) throw fault
      if (isOutOfLocks(error)) ids = ALONE
    }
  }
}

function millisecondsUntil(deadline: number): number {
  return deadline - systemClock.elapsedMilliseconds()
}

function isWorthAnotherTry(error: unknown): boolean {
  if (error instanceof StorageFault) return false
  return isLostRace(error) || isOutOfLocks(error) || !isAnswered(error)
}

/**
 * Locks on all keys come first, and the stamps are read by a statement of its own after that: a statement sees what was committed before
 * it began, and who commits lets go of locks only once that can be seen. One that waits for locks and then checks
 * would see the time before it waited.
 */
class CommitGroup {
  readonly #client: Client
  readonly #changes: readonly Change[]
  readonly #engines: CommitEngines
  readonly #deadline: number
  readonly #sent: Promise<QueryArrayResult>[] = []
  /** Whether it was asked to keep what was written, and no answer tells what came of it. */
  isInDoubt = false

  constructor(client: Client, changes: readonly Change[], engines: CommitEngines, deadline: number) {
    this.#client = client
    this.#changes = changes
    this.#engines = engines
    this.#deadline = deadline
  }

  async run(locks: readonly number[]): Promise<boolean[]> {
    try {
      return await this.#run(locks)
    } catch (error) {
      throw await this.#end(error)
    }
  }

  async #run(locks: readonly number[]): Promise<boolean[]> {
    void this.#send(statements.BEGIN)
    const [, stamps] = await Promise.all([this.#lock(locks), this.#stamps()])
    const writes = new GroupWrites(stamps)
    const held = this.#changes.map((change) => writes.apply(change, this.#engines.freshStamp()))
    const { puts, removals } = writes
    if (puts.length > 0) {
      const [keys, values] = [puts.map(({ key }) => key), puts.map(({ value }) => value)]
      const stamps = int8Array(puts.map(({ stamp }) => stamp))
      void this.#send(statements.PUT, [byteaArray(keys), stamps, byteaArray(values)])
    }
    if (removals.length > 0) void this.#send(statements.REMOVE, [byteaArray(removals)])
    this.isInDoubt = true
    const { command } = await this.#send(statements.COMMIT)
    await Promise.all(this.#sent)
    assert(command === 'COMMIT', `a commit that ended by ${command}`)
    return held
  }

  /** Throws where the clocks are too far apart. */
  async #lock(locks: readonly number[]): Promise<void> {
    const { clock } = this.#engines
    const before = clock?.own.now().getTime()
    const { rows } = await this.#send(statements.LOCK, [int8Array(locks)])
    if (!clock || before === undefined) return
    const server = Number(rows[0]?.[1])
    const behind = server - clock.own.now().getTime()
    const ahead = before - server
    const apart = Math.max(behind, ahead)
    if (apart <= MOST_APART_MILLISECONDS) return clock.correct(behind, -ahead)
    const how = `${(apart / 1000).toFixed(1)} s ${apart === ahead ? 'ahead of' : 'behind'}`
    throw new StorageFault('clock', `the clock of this machine is ${how} that of the database`)
  }

  /** Of all keys that somebody relies on. */
  async #stamps(): Promise<Map<string, Stamp>> {
    const keys = new Map<string, Uint8Array>()
    for (const { expect } of this.#changes) for (const { key } of expect) keys.set(keyText(key), key)
    if (keys.size === 0) return new Map()
    const asked = [...keys]
    const { rows } = await this.#send(statements.READ_STAMPS, [byteaArray([...keys.values()])])
    return new Map(rows.map(([place, stamp]) => [asked[Number(place) - 1]?.[0] ?? '', Number(stamp)]))
  }

  #send(statement: statements.Statement, values: readonly Value[] = []): Promise<QueryArrayResult> {
    const patience = Math.max(1, Math.ceil(millisecondsUntil(this.#deadline)))
    const sending = send(this.#client, statement, values, patience)
    this.#sent.push(sending)
    // Looked at in `#end`.
    sending.catch(() => undefined)
    return sending
  }

  /** Ends the transaction; the error that made all others. */
  async #end(failure: unknown): Promise<unknown> {
    const answers = await Promise.allSettled(this.#sent)
    const refused = answers.find((answer) => answer.status === 'rejected')
    const first: unknown = refused?.reason ?? failure
    // A server that refused one of the statements has undone all of them.
    if (isAnswered(first)) this.isInDoubt = false
    if (!this.isInDoubt)
      await send(this.#client, statements.ROLLBACK, [], ROLLBACK_MILLISECONDS).catch(() => undefined)
    return first
  }
}
