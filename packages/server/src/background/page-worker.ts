import type { Clock } from '../base/clock.ts'
import { StorageFault } from '../base/storage-fault.ts'
import type { DamagedPages, OnwardFindings } from '../metadata/damaged-pages.ts'
import type { Worker, WorkerStatus } from './worker.ts'

/** At the most; a million objects take a third of a minute, in which new keys cost a look each. */
const BYTES_PER_SECOND = 24_000_000
/** It rests so many times as long as a step took: one that had to wait for others' work leaves them more. */
const RESTS_PER_STEP = 6
/** After a read came upon damage. */
const URGENT_BYTES_PER_SECOND = 64_000_000
/** Between two looks whether a pass is due. */
const REST_MILLISECONDS = 60 * 60 * 1000

export interface PageWorkerOptions {
  readonly pages: DamagedPages
  readonly clock: Clock
  /** From the end of one pass to the beginning of the next. */
  readonly everyMilliseconds: number
  /** Ends this worker's rest. */
  readonly call: () => void
}

/**
 * Walks through the pages that the metadata lie in, once after each start and then as often as all is scrubbed, so that damage
 * is known before the engine comes to it. Every process has to know: each walks by itself.
 */
export class PageWorker implements Worker {
  readonly name = 'pages'
  readonly isOfProcess = true
  readonly #options: PageWorkerOptions
  #after: Uint8Array | undefined
  #isUrgent = false
  /** When the last pass ended. */
  #passedMilliseconds: number | undefined
  #restMilliseconds = REST_MILLISECONDS
  #done = 0

  constructor(options: PageWorkerOptions) {
    this.#options = options
    options.pages.onMet = () => {
      if (this.#isUrgent) return
      this.#isUrgent = true
      this.#after = undefined
      options.call()
    }
  }

  get restMilliseconds(): number {
    return this.#restMilliseconds
  }

  status(): WorkerStatus {
    return { done: this.#done }
  }

  /** Says `idle` after each step: what it rests then keeps it to its rate. */
  async step(signal: AbortSignal): Promise<'idle'> {
    const { pages } = this.#options
    this.#restMilliseconds = REST_MILLISECONDS
    if (signal.aborted || !pages.lookOnward || !this.#isDue()) return 'idle'
    const { clock } = this.#options
    const start = clock.elapsedMilliseconds()
    const found = await pages.lookOnward(this.#after).catch(noteMetaPages)
    const tookMilliseconds = clock.elapsedMilliseconds() - start
    pages.found(found)
    pages.lookedUpTo(found.next)
    this.#done++
    this.#after = found.next
    if (found.next) this.#restMilliseconds = this.#restAfter(found.bytesRead, tookMilliseconds)
    else {
      this.#isUrgent = false
      this.#passedMilliseconds = clock.now().getTime()
    }
    return 'idle'
  }

  #restAfter(bytesRead: number, tookMilliseconds: number): number {
    if (this.#isUrgent) return (bytesRead / URGENT_BYTES_PER_SECOND) * 1000
    return Math.max((bytesRead / BYTES_PER_SECOND) * 1000, tookMilliseconds * RESTS_PER_STEP)
  }

  #isDue(): boolean {
    if (this.#after || this.#isUrgent || this.#passedMilliseconds === undefined) return true
    const { clock, everyMilliseconds } = this.#options
    return Math.abs(clock.now().getTime() - this.#passedMilliseconds) >= everyMilliseconds
  }
}

/** What leads to all pages cannot be read: nothing must be written that goes by it. */
function noteMetaPages(error: unknown): OnwardFindings {
  if (!(error instanceof StorageFault) || error.kind !== 'corrupt') throw error
  const everything = { start: undefined, end: undefined }
  const damage = {
    page: 0,
    tree: 'free',
    reason: error.message,
    span: everything,
    around: everything,
  } as const
  return { damages: [damage], rows: [], next: undefined, bytesRead: 0 }
}
