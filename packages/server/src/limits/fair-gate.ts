import type { Soon } from '../base/soon.ts'

/** Of the places that are free, one party may hold so many times as many as are left for others. */
const TIMES_WHAT_IS_LEFT = 3

/** Those who share the places: accounts, and all strangers together. */
interface Party {
  readonly weight: number
  held: number
  readonly waiting: (() => void)[]
}

/** Too many of one party wait already. */
export class GateFull extends Error {
  override readonly name = 'GateFull'
}

/**
 * A number of places for requests that are worked on. A party gets one at once while it holds less than three times what is left
 * (times its weight): alone it holds three quarters, and whoever comes finds some free. The others wait, so many of each party at
 * the most; a place that is freed goes to the party that holds the least for its weight.
 *
 * The rule is the dynamic threshold of Choudhury and Hahne, "Dynamic queue length thresholds for shared-memory packet switches" (1998).
 */
export class FairGate {
  readonly #mostAtOnce: number
  readonly #mostWaiting: number
  /** Only those that hold a place or wait for one; who was served last is at the end. */
  readonly #parties = new Map<string, Party>()
  #held = 0
  #waiting = 0

  /** `mostWaiting`: of each party. */
  constructor(mostAtOnce: number, mostWaiting: number) {
    this.#mostAtOnce = mostAtOnce
    this.#mostWaiting = mostWaiting
  }

  get counts(): { readonly held: number; readonly waiting: number } {
    return { held: this.#held, waiting: this.#waiting }
  }

  /** Done when the party has a place, which it has to leave; throws GateFull. */
  enter(name: string, weight = 1): Soon<void> {
    const party = this.#parties.get(name) ?? this.#begin(name, weight)
    if (party.waiting.length === 0 && this.#mayHold(party)) return this.#give(party)
    if (party.waiting.length >= this.#mostWaiting) throw new GateFull('too many requests wait already')
    this.#waiting++
    return new Promise((resolve) => party.waiting.push(resolve))
  }

  leave(name: string): void {
    const party = this.#parties.get(name)
    if (!party) return
    party.held--
    this.#held--
    if (party.held === 0 && party.waiting.length === 0) this.#parties.delete(name)
    if (this.#waiting > 0) this.#callNext()
  }

  #begin(name: string, weight: number): Party {
    const party = { weight, held: 0, waiting: [] }
    this.#parties.set(name, party)
    return party
  }

  #mayHold({ held, weight }: Party): boolean {
    return held < TIMES_WHAT_IS_LEFT * weight * (this.#mostAtOnce - this.#held)
  }

  #give(party: Party): void {
    party.held++
    this.#held++
  }

  #callNext(): void {
    for (let next = this.#next(); next; next = this.#next()) {
      const [name, party] = next
      this.#parties.delete(name)
      this.#parties.set(name, party)
      this.#waiting--
      this.#give(party)
      party.waiting.shift()?.()
    }
  }

  /** Of those who wait and may hold one more, who holds the least for its weight. */
  #next(): [string, Party] | undefined {
    let next: [string, Party] | undefined
    for (const entry of this.#parties) {
      const [, party] = entry
      if (party.waiting.length === 0 || !this.#mayHold(party)) continue
      if (!next || party.held / party.weight < next[1].held / next[1].weight) next = entry
    }
    return next
  }
}
