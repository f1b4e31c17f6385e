import type { Soon } from '../../base/soon.ts'
import type { Change, Entry, OrderedStore, ScanRange, Snapshot } from '../ordered-store.ts'

/** One call of a store, seen from outside. */
export interface StoreCall {
  readonly operation: 'get' | 'getMany' | 'scan' | 'commit'
  /** Of this operation, from 1. */
  readonly number: number
  /** What a commit is given. */
  readonly change?: Change
}

/**
 * What a test wants to happen around a call. A hook that throws makes the call fail so: before it nothing happened,
 * after a commit it happened and nobody was told. A hook that waits delays the call, or its answer.
 */
export interface FaultPlan {
  before?(call: StoreCall): Promise<void> | void
  after?(call: StoreCall): Promise<void> | void
}

/** Thrown by a hook, it is the end of the process that uses the store: that call and every later one throws it. */
export class Crash extends Error {
  override readonly name = 'Crash'
}

/** A store that does what `inner` does but for `plan`, which a test may change as it goes. For tests only. */
export class FaultyStore implements OrderedStore {
  plan: FaultPlan
  readonly #inner: OrderedStore
  readonly #counts = { get: 0, getMany: 0, scan: 0, commit: 0 }
  readonly #underWay = new Set<Promise<unknown>>()
  #crash: Crash | undefined

  constructor(inner: OrderedStore, plan: FaultPlan = {}) {
    this.#inner = inner
    this.plan = plan
  }

  get(key: Uint8Array): Promise<Entry | undefined> {
    return this.#run({ operation: 'get' }, () => this.#inner.get(key))
  }

  getMany(keys: readonly Uint8Array[]): Promise<(Entry | undefined)[]> {
    return this.#run({ operation: 'getMany' }, () => this.#inner.getMany(keys))
  }

  scan(range: ScanRange): Promise<Entry[]> {
    return this.#run({ operation: 'scan' }, () => this.#inner.scan(range))
  }

  scanMany(ranges: readonly ScanRange[]): Promise<Entry[][]> {
    return this.#run({ operation: 'scan' }, () => this.#inner.scanMany(ranges))
  }

  /** Counts as a scan, and so does every scan of it. */
  async snapshot(): Promise<Snapshot> {
    const snapshot = await this.#run({ operation: 'scan' }, () => this.#inner.snapshot())
    return {
      scan: (range) => this.#run({ operation: 'scan' }, () => snapshot.scan(range)),
      [Symbol.asyncDispose]: () => snapshot[Symbol.asyncDispose](),
    }
  }

  commit(change: Change): Promise<boolean> {
    return this.#run({ operation: 'commit', change }, () => this.#inner.commit(change))
  }

  /** Leaves the inner store open after a crash: a test then opens it as the next process would. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled(this.#underWay)
    if (!this.#crash) await this.#inner[Symbol.asyncDispose]()
  }

  #run<T>(what: Omit<StoreCall, 'number'>, run: () => Soon<T>): Promise<T> {
    const running = this.#runPlanned(what, run)
    this.#underWay.add(running)
    return running.finally(() => this.#underWay.delete(running))
  }

  async #runPlanned<T>(what: Omit<StoreCall, 'number'>, run: () => Soon<T>): Promise<T> {
    this.#counts[what.operation]++
    const call: StoreCall = { ...what, number: this.#counts[what.operation] }
    await this.#hook(() => this.plan.before?.(call))
    const result = await run()
    await this.#hook(() => this.plan.after?.(call))
    return result
  }

  async #hook(hook: () => Promise<void> | void): Promise<void> {
    if (this.#crash) throw this.#crash
    try {
      await hook()
    } catch (error) {
      if (error instanceof Crash) this.#crash = error
      throw error
    }
    // Another call may have crashed while this one waited.
    if (this.#crash) throw this.#crash
  }
}
