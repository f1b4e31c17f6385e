import { StorageFault } from '../base/storage-fault.ts'
import type { KeyUses } from '../identities/key-uses.ts'
import type { Worker, WorkerStatus } from './worker.ts'

/** Writes when access keys, roles and passwords were used last, as this process saw it. Where the store does not take it, that waits. */
export class KeyUseWorker implements Worker {
  readonly name = 'key-uses'
  readonly isOfProcess = true
  readonly restMilliseconds = 60_000
  readonly #uses: KeyUses
  #done = 0

  constructor(uses: KeyUses) {
    this.#uses = uses
  }

  status(): WorkerStatus {
    return { done: this.#done, left: this.#uses.pendingCount }
  }

  async step(): Promise<'progressed' | 'idle'> {
    const saved = await this.#save()
    this.#done += saved
    return saved > 0 ? 'progressed' : 'idle'
  }

  async #save(): Promise<number> {
    try {
      return await this.#uses.save()
    } catch (error) {
      // Others tell of it.
      if (error instanceof StorageFault) return 0
      throw error
    }
  }
}
