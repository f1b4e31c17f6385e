import { hash } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Clock } from '../../packages/server/src/base/clock.ts'
import type { Dice } from './dice.ts'

/** Whoever waits for events; when it has died, nothing happens to it any more. */
export interface Actor {
  isAlive: boolean
}

/** Something that may happen next. */
interface PendingEvent {
  readonly actor: Actor
  readonly label: string
  readonly notBefore: number
  readonly happen: () => void
  /** Its actor dies before it happened. */
  readonly cutShort: (() => void) | undefined
}

interface Sleeper {
  readonly actor: Actor
  readonly dueMilliseconds: number
  readonly wake: () => void
}

/** Nothing can happen any more, or things happen without end. */
export class Stuck extends Error {
  override readonly name = 'Stuck'
}

/** Turns of the event loop without anything to choose from, after which only time can bring something. */
const IDLE_TURNS = 12
const MOST_EVENTS = 150_000

const START = Date.UTC(2030, 0, 1)

/**
 * All that happens, one event at a time: the dice choose which, among all that wait. Time passes only here. Nothing
 * real is waited for, so the same seed gives the same trace.
 */
export class World {
  readonly trace: string[] = []
  readonly #dice: Dice
  readonly #pending: PendingEvent[] = []
  readonly #sleepers = new Set<Sleeper>()
  #nowMilliseconds = START
  /** How many events have happened: the time by which before and after are told apart. */
  eventCount = 0

  constructor(dice: Dice) {
    this.#dice = dice
  }

  get now(): Date {
    return new Date(this.#nowMilliseconds)
  }

  note(line: string): void {
    this.trace.push(`${this.eventCount} +${this.#nowMilliseconds - START} ${line}`)
  }

  traceHash(): string {
    return hash('sha256', this.trace.join('\n'), 'hex')
  }

  /**
   * Resolves when it has happened, which is at some time after `delayEvents` others; never, where the actor has died
   * before. `cutShort` is called then.
   */
  event<T>(
    actor: Actor,
    label: string,
    work: () => T | Promise<T>,
    options: { readonly cutShort?: () => void; readonly delayEvents?: number } = {},
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      if (!actor.isAlive) return
      const happen = (): void => {
        Promise.resolve().then(work).then(resolve, reject)
      }
      const notBefore = this.eventCount + (options.delayEvents ?? 0)
      this.#pending.push({ actor, label, notBefore, happen, cutShort: options.cutShort })
    })
  }

  /** Ends an actor: what waits for it never happens, or only in part. */
  end(actor: Actor): void {
    actor.isAlive = false
    for (const sleeper of this.#sleepers) if (sleeper.actor === actor) this.#sleepers.delete(sleeper)
    const its = this.#pending.filter((event) => event.actor === actor)
    for (const event of its) {
      this.#pending.splice(this.#pending.indexOf(event), 1)
      event.cutShort?.()
    }
  }

  /** Lets things happen until `work` has come to an end. */
  async run<T>(work: Promise<T>): Promise<T> {
    const ended = { isSettled: false }
    work.then(
      () => (ended.isSettled = true),
      () => (ended.isSettled = true),
    )
    for (let idleTurns = 0; !ended.isSettled;) {
      await nextTurn()
      if (this.#pending.length > 0) {
        idleTurns = 0
        this.#happenOne()
      } else if (++idleTurns > IDLE_TURNS) {
        idleTurns = 0
        if (!this.#passTime()) throw new Stuck('nothing can happen any more, and somebody still waits')
      }
      if (this.eventCount > MOST_EVENTS) throw new Stuck(`no end after ${MOST_EVENTS} events`)
    }
    return work
  }

  /** Resolves when nothing waits to happen but what waits for time. */
  async quiet(): Promise<void> {
    const outside = { isAlive: true }
    while (this.#pending.length > 0) {
      await this.event(outside, 'quiet?', () => undefined)
      for (let turn = 0; turn < IDLE_TURNS && this.#pending.length === 0; turn++) await nextTurn()
    }
  }

  /** Time goes on, by much; whoever sleeps until then wakes. */
  jump(milliseconds: number): void {
    this.note(`time goes on by ${milliseconds / 1000} s`)
    this.#setTime(this.#nowMilliseconds + milliseconds)
  }

  clockOf(actor: Actor): Clock {
    return {
      now: () => this.now,
      elapsedMilliseconds: () => this.now.getTime(),
      sleep: (milliseconds, signal) => this.#sleep(actor, milliseconds, signal),
    }
  }

  #sleep(actor: Actor, milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (!actor.isAlive) return
      const abort = (): void => {
        this.#sleepers.delete(sleeper)
        reject(signal?.reason instanceof Error ? signal.reason : new Error('aborted'))
      }
      const wake = (): void => {
        this.#sleepers.delete(sleeper)
        signal?.removeEventListener('abort', abort)
        resolve()
      }
      const sleeper = { actor, dueMilliseconds: this.#nowMilliseconds + milliseconds, wake }
      if (signal?.aborted) return abort()
      signal?.addEventListener('abort', abort, { once: true })
      this.#sleepers.add(sleeper)
    })
  }

  #happenOne(): void {
    const ready = this.#pending.filter(({ notBefore }) => notBefore <= this.eventCount)
    const event = ready.length > 0 ? this.#dice.pick(ready) : this.#soonest()
    this.#pending.splice(this.#pending.indexOf(event), 1)
    this.eventCount++
    this.#nowMilliseconds += this.#dice.pick([0, 0, 0, 1, 7])
    this.note(event.label)
    event.happen()
    if (this.#dice.chance(0.005)) this.#passTime()
  }

  #soonest(): PendingEvent {
    const [first, ...others] = this.#pending
    if (!first) throw new Stuck('no event waits')
    return others.reduce((soonest, event) => (event.notBefore < soonest.notBefore ? event : soonest), first)
  }

  /** On to when the next sleeper wakes; false where nobody sleeps. */
  #passTime(): boolean {
    const dueMilliseconds = Math.min(...Array.from(this.#sleepers, (sleeper) => sleeper.dueMilliseconds))
    if (dueMilliseconds === Infinity) return false
    this.#setTime(Math.max(this.#nowMilliseconds, dueMilliseconds))
    this.eventCount++
    return true
  }

  #setTime(milliseconds: number): void {
    this.#nowMilliseconds = milliseconds
    const due = [...this.#sleepers].filter(({ dueMilliseconds }) => dueMilliseconds <= milliseconds)
    for (const sleeper of due.sort((a, b) => a.dueMilliseconds - b.dueMilliseconds)) sleeper.wake()
  }
}
