import { setTimeout as delay } from 'node:timers/promises'

/** The only source of time. Replaced in tests, so nothing has to wait for a real clock. */
export interface Clock {
  /** The current time. */
  now(): Date
  /** For what lies between two moments: fractions of milliseconds since some moment, which no setting of the time moves. */
  elapsedMilliseconds(): number
  /** Resolves after `milliseconds` on this clock; rejects with the signal's reason when it is aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>
}

export const systemClock: Clock = {
  now: () => new Date(),
  elapsedMilliseconds: () => performance.now(),
  async sleep(milliseconds, signal) {
    // unref: a sleeping worker must not keep a finished process alive.
    await delay(milliseconds, undefined, { ref: false, ...(signal && { signal }) })
  },
}

interface Sleeper {
  readonly dueMilliseconds: number
  readonly wake: () => void
}

/**
 * A clock for tests: stands still unless it is `running`, and moves on when told to. Sleepers wake in the order they
 * are due.
 */
export class MovableClock implements Clock {
  /** The time shown when it was last set, and the system's time then. */
  #setTo: number
  #setAt = Date.now()
  #setAtElapsed = performance.now()
  readonly #running: boolean
  readonly #sleepers = new Set<Sleeper>()

  constructor(start: Date = new Date(), options: { readonly running?: boolean } = {}) {
    this.#setTo = start.getTime()
    this.#running = options.running === true
  }

  get #nowMilliseconds(): number {
    return this.#setTo + (this.#running ? Date.now() - this.#setAt : 0)
  }

  now(): Date {
    return new Date(this.#nowMilliseconds)
  }

  /** Moves with the time that is shown, backwards too. */
  elapsedMilliseconds(): number {
    return this.#setTo + (this.#running ? performance.now() - this.#setAtElapsed : 0)
  }

  /** Moves time forward and wakes every sleeper that is due by then. */
  advance(milliseconds: number): void {
    this.set(new Date(this.#nowMilliseconds + milliseconds))
  }

  /** Sets the time, backwards too; wakes every sleeper that is due by then. */
  set(time: Date): void {
    this.#setTo = time.getTime()
    this.#setAt = Date.now()
    this.#setAtElapsed = performance.now()
    const due = [...this.#sleepers].filter((sleeper) => sleeper.dueMilliseconds <= this.#nowMilliseconds)
    due.sort((a, b) => a.dueMilliseconds - b.dueMilliseconds)
    for (const sleeper of due) sleeper.wake()
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        clearTimeout(timer)
        this.#sleepers.delete(sleeper)
        reject(signal?.reason instanceof Error ? signal.reason : new Error('aborted'))
      }
      const sleeper: Sleeper = {
        dueMilliseconds: this.#nowMilliseconds + milliseconds,
        wake: () => {
          clearTimeout(timer)
          this.#sleepers.delete(sleeper)
          signal?.removeEventListener('abort', abort)
          resolve()
        },
      }
      const timer = this.#running ? setTimeout(() => sleeper.wake(), milliseconds).unref() : undefined
      if (signal?.aborted) return abort()
      signal?.addEventListener('abort', abort, { once: true })
      this.#sleepers.add(sleeper)
      if (milliseconds <= 0) sleeper.wake()
    })
  }
}
