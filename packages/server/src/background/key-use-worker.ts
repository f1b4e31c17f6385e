import { StorageFault } from '../base/storage-fault.ts'
import type { Worker, WorkerStatus } from './worker.ts'

/** What is remembered of uses, and not yet written. */
interface Uses {
  readonly pendingCount: number
  save(): Promise<number>
}

/**
 * Writes when access keys, roles, passwords and keys of the key service were used last, as this process saw it. Where the store does not take
 * it, that waits.
 */
export class KeyUseWorker implements Worker {
  readonly name = 'key-uses'
  readonly isOfProcess = true
  readonly restMilliseconds = 60_000
  readonly #uses: readonly Uses[]
  #done = 0

  constructor(...uses: readonly Uses[]) {
    this.#uses = uses
  }

  status(): WorkerStatus {
    return { done: this.#done, left: this.#uses.reduce((sum, { pendingCount }) => sum + pendingCount, 0) }
  }

  async step(): Promise<'progressed' | 'idle'> {
    const saved = await this.#save()
    this.#done += saved
    return saved > 0 ? 'progressed' : 'idle'
  }

  async #save(): Promise<number> {
    try {
      let saved = 0
      for (const uses of this.#uses) saved += await uses.save()
      return saved
    } catch (error) {
      // Others tell of it.
      if (error instanceof StorageFault) return 0
      throw error
    }
  }
}
