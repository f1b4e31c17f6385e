import { deleteDueKeys } from '../kms/shared/delete-due-keys.ts'
import type { KmsService } from '../kms/shared/kms-service.ts'
import type { Worker, WorkerStatus } from './worker.ts'

/** Erases keys whose waiting period is over, and imported material that has expired. Both count as gone from then on, whether or not this has run. */
export class DueKeyWorker implements Worker {
  readonly name = 'due-keys'
  readonly restMilliseconds = 3_600_000
  readonly #kms: KmsService
  #done = 0

  constructor(kms: KmsService) {
    this.#kms = kms
  }

  status(): WorkerStatus {
    return { done: this.#done }
  }

  async step(signal: AbortSignal): Promise<'progressed' | 'idle'> {
    const deleted = await deleteDueKeys(this.#kms, signal)
    this.#done += deleted
    return deleted > 0 ? 'progressed' : 'idle'
  }
}
