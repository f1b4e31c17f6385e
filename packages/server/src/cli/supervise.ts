import { once } from 'node:events'
import type { Clock } from '../base/clock.ts'
import { valueWithin } from '../base/ends-within.ts'
import { CLOSE_MILLISECONDS, DRAIN_MILLISECONDS } from './finish-server.ts'
import type { Log } from '../base/log.ts'
import { watch, type WatchedWorker, type WatchOptions } from './heartbeat.ts'

/** Where a server accepts requests. */
export interface ServedUrls {
  readonly url: string
  /** Absent where no console is served. */
  readonly consoleUrl: string | undefined
}

/** A server process as its primary sees it. */
export interface WorkerProcess extends WatchedWorker {
  /** Resolves when it accepts requests. */
  readonly ready: Promise<ServedUrls>
  /** Resolves when the process has ended, with how. */
  readonly ended: Promise<string>
  /** Whether it started with what one that starts now would start with. */
  isCurrent(): boolean
  /** Asks it to finish what it does, then to end. */
  drain(): void
  /** The same, as another has taken its place: nobody has to connect anew for it. */
  retire(): void
  /** Ends it at once, whatever it waits for. */
  kill(): void
}

const MINUTE_MILLISECONDS = 60_000
/** A worker ends by itself before that, unless something holds up its thread. */
const KILL_MILLISECONDS = DRAIN_MILLISECONDS + CLOSE_MILLISECONDS + 10_000
const FIRST_PAUSE_MILLISECONDS = 2000
/** For a worker that takes the place of another to be ready. */
const START_MILLISECONDS = 5 * MINUTE_MILLISECONDS

/** Before the start after so many deaths in a row: none, 2 s, 4 s …, a minute, and so at most five starts in any minute. */
function pauseMilliseconds(deaths: number): number {
  return deaths <= 1 ? 0 : Math.min(MINUTE_MILLISECONDS, FIRST_PAUSE_MILLISECONDS * 2 ** (deaths - 2))
}

/** A handler that aws-crt installs prints where a process crashed and exits with 255, which this program never does. */
const CRASHES: ReadonlySet<string> = new Set([
  'exit code 255',
  'SIGSEGV',
  'SIGBUS',
  'SIGABRT',
  'SIGILL',
  'SIGFPE',
  'SIGTRAP',
])
/** Of the first worker, before it is ready. */
const MOST_CRASHES_AT_START = 3

const CRASHING = `the start crashed ${MOST_CRASHES_AT_START} times, and is given up: docs/operations.md says what to do`

/** Whether a process ended in a way that nobody asks for. */
export function isCrash(how: string): boolean {
  return CRASHES.has(how)
}

/** What became of workers that others were to take the place of. */
export interface Replacement {
  readonly replaced: number
  /** How the one ended that did not start; absent where all did. */
  readonly failure?: string
  /** The server ends meanwhile. */
  readonly isOver?: true
}

/** The place of a worker. */
interface Slot {
  worker: WorkerProcess
}

interface SupervisorParts extends WatchOptions {
  readonly fork: () => WorkerProcess
}

/**
 * Keeps `count` workers running until `stop`, starting another for each that dies, after a pause that grows while they
 * die young. Resolves with the exit code of the whole: 0 after `stop`, 1 when the first worker cannot start, or
 * crashes three times before it is ready.
 */
export class Supervisor {
  readonly #running = new Set<WorkerProcess>()
  readonly #slots: Slot[] = []
  readonly #fork: () => WorkerProcess
  readonly #clock: Clock
  readonly #log: Log
  readonly #watching: WatchOptions
  readonly #stop = new AbortController()
  readonly #stopped = once(this.#stop.signal, 'abort')
  /** Resolved when every place has a worker, and where there will be none. */
  readonly #begun = Promise.withResolvers<void>()
  /** In a row, of workers that did not live for a minute. */
  #deaths = 0

  constructor(parts: SupervisorParts) {
    this.#fork = parts.fork
    this.#clock = parts.clock
    this.#log = parts.log
    this.#watching = parts
  }

  /** `onReady` is called once, when the first worker accepts requests. */
  async run(count: number, onReady: (urls: ServedUrls) => void): Promise<number> {
    // The first worker goes ahead: it makes or refuses the store, and says once what all of them would say.
    const first = await this.#firstWorker()
    if (!first) {
      this.#begun.resolve()
      return this.#stop.signal.aborted ? 0 : 1
    }
    const { worker, urls } = first
    onReady(urls)
    this.#slots.push({ worker })
    while (this.#slots.length < count) this.#slots.push({ worker: this.#start() })
    for (const slot of this.#slots) void this.#followUp(slot)
    this.#begun.resolve()
    await this.#stopped
    await Promise.all([...this.#running].map(({ ended }) => ended))
    return 0
  }

  /**
   * Starts another worker in the place of each that is not current, one after the other, and lets the old one end when the new one
   * is ready; in the place of so many at least, current or not. From the first one on that does not start, the old ones stay. Waits
   * for the first worker of all, which may have begun with what is over.
   */
  async replace(least = 0): Promise<Replacement> {
    if (this.#slots.length === 0) await this.#begun.promise
    for (let replaced = 0; ; replaced++) {
      const stale = this.#slots.find(({ worker }) => !worker.isCurrent())
      const slot = stale ?? (replaced < least ? this.#slots[0] : undefined)
      if (!slot) return { replaced }
      const worker = this.#start()
      const failure = await this.#failureToStart(worker)
      if (this.#stop.signal.aborted) return { replaced, isOver: true }
      if (failure !== undefined) return { replaced, failure }
      const old = slot.worker
      slot.worker = worker
      void this.#followUp(slot)
      old.retire()
      void this.#killLate([old])
    }
  }

  /** One that neither starts nor ends is ended: whoever waits for it would wait for ever. */
  async #failureToStart(worker: WorkerProcess): Promise<string | undefined> {
    const started = Promise.race([worker.ready.then(() => undefined), worker.ended])
    const late = `not ready after ${START_MILLISECONDS / 1000} s`
    const failure = await valueWithin(START_MILLISECONDS, this.#clock, started, late)
    if (failure !== undefined) worker.kill()
    return failure
  }

  /** One that refuses to start is left at that; one that crashes may do better after a look at what it crashed on. */
  async #firstWorker(): Promise<{ worker: WorkerProcess; urls: ServedUrls } | undefined> {
    for (let crashes = 1; ; crashes++) {
      const worker = this.#start()
      const ended = worker.ended.then((how) => ({ how }))
      const first = await Promise.race([worker.ready, ended])
      if ('url' in first) return { worker, urls: first }
      if (this.#stop.signal.aborted || !isCrash(first.how)) return undefined
      if (crashes === MOST_CRASHES_AT_START) {
        this.#log.error({ how: first.how }, CRASHING)
        return undefined
      }
      this.#log.error({ how: first.how }, 'the start crashed; trying again')
    }
  }

  /** Drains every worker; `run` resolves when all have ended. */
  stop(): void {
    this.#stop.abort()
    for (const worker of this.#running) worker.drain()
    void this.#killLate(this.#running)
  }

  /** Ends every worker at once. */
  kill(workers: Iterable<WorkerProcess> = this.#running): void {
    for (const worker of workers) worker.kill()
  }

  async #killLate(workers: Iterable<WorkerProcess>): Promise<void> {
    await this.#clock.sleep(KILL_MILLISECONDS)
    const late = [...workers].filter((worker) => this.#running.has(worker))
    if (late.length > 0) this.#log.error({}, 'a worker did not end when it was told to; killed')
    this.kill(late)
  }

  #start(): WorkerProcess {
    const worker = this.#fork()
    this.#running.add(worker)
    void worker.ended.then(() => this.#running.delete(worker))
    void worker.ready.then(() => watch(worker, this.#watching))
    return worker
  }

  /** Starts another when the worker of a place ends, unless one has taken its place by then. */
  async #followUp(slot: Slot): Promise<void> {
    const { worker } = slot
    const isOver = (): boolean => this.#stop.signal.aborted || slot.worker !== worker
    const startedMilliseconds = this.#clock.now().getTime()
    const how = await worker.ended
    if (isOver()) return
    const livedMilliseconds = this.#clock.now().getTime() - startedMilliseconds
    this.#deaths = livedMilliseconds >= MINUTE_MILLISECONDS ? 1 : this.#deaths + 1
    const pause = pauseMilliseconds(this.#deaths)
    this.#log.error({ how, pauseSeconds: pause / 1000 }, 'a worker ended; starting another')
    if (pause > 0) await this.#clock.sleep(pause, this.#stop.signal).catch(() => undefined)
    if (isOver()) return
    slot.worker = this.#start()
    void this.#followUp(slot)
  }
}
