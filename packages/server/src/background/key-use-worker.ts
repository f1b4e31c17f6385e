import type { KeyUses } from '../identities/key-uses.ts'
import type { Worker, WorkerStatus } from './worker.ts'

/** Writes when access keys were used last, as this process saw it. */
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
    const saved = await this.#uses.save()
    this.#done += saved
    return saved > 0 ? 'progressed' : 'idle'
  }
}
