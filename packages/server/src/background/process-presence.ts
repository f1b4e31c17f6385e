import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { OrderedStore } from '../metadata/ordered-store.ts'
import { FORMAT_VERSION } from '../metadata/store-format.ts'
import { serverProcesses, type ServerProcessRow } from '../metadata/tables/worker-tables.ts'
import { readable, readableRows } from '../metadata/unreadable-rows.ts'
import { transact } from '../metadata/transaction.ts'

export interface PresenceOptions {
  readonly metadata: OrderedStore
  readonly clock: Clock
  readonly log: Log
  readonly processId: string
  readonly timeoutMilliseconds: number
}

/** More processes than share one store. */
const MOST_PROCESSES = 10_000

/**
 * Says in the store that this process is alive, from before it serves until it ends, so that others leave alone what it
 * may be reading.
 */
export class ProcessPresence {
  readonly #options: PresenceOptions
  readonly #stop = new AbortController()
  readonly #startedMilliseconds: number
  #running: Promise<void> = Promise.resolve()

  constructor(options: PresenceOptions) {
    this.#options = options
    this.#startedMilliseconds = options.clock.now().getTime()
  }

  get processId(): string {
    return this.#options.processId
  }

  async start(): Promise<void> {
    await this.#say()
    this.#running = this.#keepSaying()
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    await this.#running
    await this.others()
    await transact(this.#options.metadata, async (transaction) => {
      transaction.remove(serverProcesses, this.#options.processId)
    })
  }

  /** The other processes that are alive. Those that died without a word are forgotten on the way. */
  async others(): Promise<ReadonlySet<string>> {
    const { metadata, clock, processId, timeoutMilliseconds } = this.#options
    const entries = await metadata.scan({ ...serverProcesses.range(), limit: MOST_PROCESSES })
    const now = clock.now().getTime()
    const alive = new Set<string>()
    for (const entry of entries) {
      const [id] = serverProcesses.parts(entry.key)
      if (id === processId) continue
      const row = readable(metadata, serverProcesses, entry)?.row
      // Nobody knows, so it may be alive.
      if (!row || mayLive(row, now, timeoutMilliseconds)) alive.add(id)
      else await metadata.commit({ expect: [entry], put: [], remove: [entry.key] })
    }
    return alive
  }

  async #keepSaying(): Promise<void> {
    const { clock, log, timeoutMilliseconds } = this.#options
    for (;;) {
      try {
        await clock.sleep(timeoutMilliseconds / 3, this.#stop.signal)
        await this.#say()
        // So that none that died without a word is left when all have ended: a copy made then is of a store at rest.
        await this.others()
      } catch (err) {
        if (this.#stop.signal.aborted) return
        log.error({ err }, 'the store did not take that this process is alive')
      }
    }
  }

  async #say(): Promise<void> {
    const { metadata, clock, processId, timeoutMilliseconds } = this.#options
    const aliveUntilMilliseconds = clock.now().getTime() + timeoutMilliseconds
    await transact(metadata, async (transaction) => {
      const row = {
        startedMilliseconds: this.#startedMilliseconds,
        aliveUntilMilliseconds,
        readsFormat: FORMAT_VERSION,
        countsUsage: true,
      } as const
      transaction.put(serverProcesses, [processId], row)
    })
  }
}

/**
 * Whether a process has to count as alive. One that is just late may still come back, and one whose clock is ahead by less than
 * the timeout says a time that much later. What is later yet was said by a clock that has been set back since: who lives says it anew.
 */
export function mayLive(
  { aliveUntilMilliseconds }: ServerProcessRow,
  nowMilliseconds: number,
  timeoutMilliseconds: number,
): boolean {
  const left = aliveUntilMilliseconds - nowMilliseconds
  return left > -timeoutMilliseconds && left <= 2 * timeoutMilliseconds
}

/** The processes that say that they are alive: servers, and commands that work on the store. `now`: by the clock that they go by. */
export async function livingProcesses(
  metadata: OrderedStore,
  now: Date,
  timeoutMilliseconds: number,
): Promise<{ readonly processId: string; readonly startedMilliseconds: number }[]> {
  const living: { readonly processId: string; readonly startedMilliseconds: number }[] = []
  for await (const { row, parts } of readableRows(metadata, serverProcesses)) {
    const [processId] = parts
    const isOver = row.aliveUntilMilliseconds <= now.getTime()
    if (!isOver && mayLive(row, now.getTime(), timeoutMilliseconds))
      living.push({ processId, startedMilliseconds: row.startedMilliseconds })
  }
  return living
}

/** Whether some process says that it is alive. */
export async function hasServers(
  metadata: OrderedStore,
  clock: Clock,
  timeoutMilliseconds: number,
): Promise<boolean> {
  return (await livingProcesses(metadata, clock.now(), timeoutMilliseconds)).length > 0
}
