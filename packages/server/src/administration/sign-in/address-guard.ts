import type { Clock } from '../../base/clock.ts'
import { AdministrationError } from '../administration-error.ts'

/** Without a pause: a household or an office may share an address. */
const FREE_FAILURES = 10
const FIRST_PAUSE_MILLISECONDS = 30_000
const LONGEST_PAUSE_MILLISECONDS = 15 * 60 * 1000
const FORGOTTEN_AFTER_MILLISECONDS = 60 * 60 * 1000

/** The ones that tried last: whoever has more addresses than that is held up by the counts of users alone. */
const MOST_ADDRESSES = 10_000
/** At once, of all addresses: each computes for a third of a second, one after the other. */
const MOST_TRIES = 16

interface Tries {
  failures: number
  lastMilliseconds: number
  isTrying: boolean
}

/**
 * Holds up an address whose attempts to sign in fail: after the tenth for 30 seconds, after each further one for twice as long, up to 15
 * minutes, and no two at once. Success changes nothing, or whoever has one password could try others for ever. Each process counts
 * for itself.
 */
export class AddressGuard {
  readonly #clock: Clock
  /** In the order of their last attempts. */
  readonly #addresses = new Map<string, Tries>()
  #tries = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Throws TooManyAttempts where the address is held up, else what `attempt` does. `isFailure`: what of it counts. */
  async hear<Result>(
    address: string | undefined,
    attempt: () => Promise<Result>,
    isFailure: (error: unknown) => boolean,
  ): Promise<Result> {
    const tries = this.#of(networkOf(address ?? ''))
    if (tries.isTrying || this.#tries >= MOST_TRIES) throw tooMany(1)
    tries.isTrying = true
    this.#tries++
    try {
      return await attempt()
    } catch (error) {
      if (isFailure(error)) {
        tries.failures++
        tries.lastMilliseconds = this.#now
      }
      throw error
    } finally {
      tries.isTrying = false
      this.#tries--
    }
  }

  get #now(): number {
    return this.#clock.now().getTime()
  }

  #of(address: string): Tries {
    const known = this.#addresses.get(address)
    const agoMilliseconds = known ? Math.abs(this.#now - known.lastMilliseconds) : 0
    const pauseMilliseconds = known ? pauseAfter(known.failures) : 0
    if (agoMilliseconds < pauseMilliseconds) throw tooMany((pauseMilliseconds - agoMilliseconds) / 1000)
    const tries = known ?? { failures: 0, lastMilliseconds: this.#now, isTrying: false }
    if (agoMilliseconds > FORGOTTEN_AFTER_MILLISECONDS) tries.failures = 0
    this.#addresses.delete(address)
    this.#addresses.set(address, tries)
    const [oldest] = this.#addresses.keys()
    if (this.#addresses.size > MOST_ADDRESSES && oldest !== undefined) this.#addresses.delete(oldest)
    return tries
  }
}

function pauseAfter(failures: number): number {
  if (failures < FREE_FAILURES) return 0
  return Math.min(FIRST_PAUSE_MILLISECONDS * 2 ** (failures - FREE_FAILURES), LONGEST_PAUSE_MILLISECONDS)
}

/** Who has an address of IPv6 has all of its network. */
function networkOf(address: string): string {
  const isMapped = /^::ffff:\d/i.test(address)
  if (!address.includes(':') || isMapped) return address.replace(/^::ffff:/i, '')
  const [head = '', tail] = address.split('::')
  const groups = head.split(':')
  if (tail === undefined) return groups.slice(0, 4).join(':')
  const rest = tail === '' ? [] : tail.split(':')
  const zeros = Array<string>(Math.max(0, 8 - groups.length - rest.length)).fill('0')
  return [...groups, ...zeros, ...rest].slice(0, 4).join(':')
}

function tooMany(seconds: number): AdministrationError {
  const whole = Math.max(1, Math.ceil(seconds))
  return new AdministrationError(
    'TooManyAttempts',
    `Too many attempts to sign in from this address; try again in ${whole} s`,
    { headers: { 'Retry-After': String(whole) } },
  )
}
