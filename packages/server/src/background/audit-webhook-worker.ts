import type { AuditSpool } from '../audit/audit-spool.ts'
import type { Clock } from '../base/clock.ts'
import type { Conditions } from '../base/conditions.ts'
import { errorMessage } from '../base/error-message.ts'
import type { EventSender } from '../s3/shared/announcing/event-sender.ts'
import { Backoff } from './events/backoff.ts'
import type { Worker, WorkerStatus } from './worker.ts'

/** How a webhook of the audit log fares in this process. */
export interface AuditDelivery {
  readonly delivered: number
  readonly failures: number
  readonly backlogBytes: number
}

interface AuditWebhookParts {
  readonly spool: AuditSpool
  readonly sender: EventSender
  readonly clock: Clock
  readonly conditions: Conditions
}

export const AUDIT_LOG = 'audit-log'
const CONDITION = 'audit-webhook'
/** A post that fails now and then is sent again a second later, and nobody has to look. */
const TOLD_AFTER_MILLISECONDS = 30_000

/**
 * Posts what the files of the audit log tell, batch after batch, the oldest first. One that is not taken is sent again until it is,
 * whatever the receiver says of it: nothing is given up. A record may come twice.
 */
export class AuditWebhookWorker implements Worker {
  readonly name = 'audit-webhook'
  readonly restMilliseconds = 1000
  readonly #parts: AuditWebhookParts
  readonly #backoff: Backoff
  #delivered = 0
  #failures = 0
  /** When the first of the failures was that nothing has been taken since. */
  #failingSinceMilliseconds: number | undefined

  constructor(parts: AuditWebhookParts) {
    this.#parts = parts
    this.#backoff = new Backoff(parts.clock)
  }

  async step(signal: AbortSignal): Promise<'progressed' | 'idle'> {
    if (this.#backoff.waitMilliseconds > 0) return 'idle'
    const { spool, sender } = this.#parts
    const batch = await spool.next()
    if (!batch) {
      this.#over()
      return 'idle'
    }
    try {
      await sender.send(AUDIT_LOG, batch.text, signal)
    } catch (error) {
      if (!signal.aborted) this.#failed(error)
      return 'idle'
    }
    this.#backoff.reset()
    this.#over()
    this.#delivered += batch.text.split('\n').length - 1
    await spool.sent(batch)
    return 'progressed'
  }

  #failed(error: unknown): void {
    this.#failures++
    this.#backoff.failed()
    const { clock, conditions } = this.#parts
    const now = clock.elapsedMilliseconds()
    this.#failingSinceMilliseconds ??= now
    if (now - this.#failingSinceMilliseconds < TOLD_AFTER_MILLISECONDS) return
    const reason = `the webhook of the audit log does not take its records: ${errorMessage(error)}`
    conditions.raise(CONDITION, reason, { effect: 'degraded' })
  }

  #over(): void {
    this.#failingSinceMilliseconds = undefined
    this.#parts.conditions.clear(CONDITION)
  }

  get counts(): AuditDelivery {
    const { backlogBytes } = this.#parts.spool
    return { delivered: this.#delivered, failures: this.#failures, backlogBytes }
  }

  status(): WorkerStatus {
    return { done: this.#delivered }
  }
}
