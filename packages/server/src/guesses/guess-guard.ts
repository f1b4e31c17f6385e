import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { OrderedStore } from '../metadata/ordered-store.ts'
import { wrongGuesses, type WrongGuessesRow } from '../metadata/tables/guess-tables.ts'
import { transact, type Transaction } from '../metadata/transaction.ts'

/** A secret that is short enough to be found by trying: a one-time code, a password. */
export interface ShortSecret {
  readonly kind: 'mfa' | 'password'
  /**
   * Whose it is, for people too: it stands in the log. Only of secrets that there are, or strangers fill the store with
   * names.
   */
  readonly whose: string
}

/** `spent`: it was right once and is not any more. That is no guess, and changes no count. */
export type GuessOutcome = 'right' | 'wrong' | 'spent'

/** Without a pause: people mistype. */
const FREE_GUESSES = 5
const FIRST_PAUSE_MILLISECONDS = 30_000
const LONGEST_PAUSE_MILLISECONDS = 60 * 60 * 1000

/**
 * Counts the wrong guesses of short secrets in the store, for all processes that share it. After the fifth no guess is
 * heard for 30 seconds, after each further one for twice as long, up to an hour; the right one begins anew. So whoever
 * has all else has 24 guesses a day.
 */
export class GuessGuard {
  readonly #metadata: OrderedStore
  readonly #clock: Clock
  readonly #log: Log

  constructor({ metadata, clock, log }: { metadata: OrderedStore; clock: Clock; log: Log }) {
    this.#metadata = metadata
    this.#clock = clock
    this.#log = log
  }

  /**
   * What became of a guess, at once and durably; `unheard` where it fell into a pause and was not looked at. `judge` runs
   * anew where another guess came between, so that of many at once no more are heard than of as many in turn; what it
   * writes is written with the count.
   */
  async hear(
    secret: ShortSecret,
    judge: (transaction: Transaction, now: Date) => Promise<GuessOutcome>,
  ): Promise<GuessOutcome | 'unheard'> {
    const { kind, whose } = secret
    let wrong: WrongGuessesRow | undefined
    const outcome = await transact(this.#metadata, async (transaction) => {
      wrong = undefined
      const now = this.#clock.now()
      const before = await transaction.get(wrongGuesses, kind, whose)
      if (before && isPaused(before, now)) return 'unheard'
      const judged = await judge(transaction, now)
      if (judged === 'right' && before) transaction.remove(wrongGuesses, kind, whose)
      if (judged === 'wrong') {
        wrong = { count: (before?.count ?? 0) + 1, lastMilliseconds: now.getTime() }
        transaction.put(wrongGuesses, [kind, whose], wrong)
      }
      return judged
    })
    if (wrong) this.#tell(secret, wrong)
    return outcome
  }

  #tell(secret: ShortSecret, wrong: WrongGuessesRow): void {
    const pauseMilliseconds = pauseAfter(wrong)
    if (pauseMilliseconds === 0) return
    this.#log.warn(
      { ...secret, wrongGuesses: wrong.count, pauseSeconds: pauseMilliseconds / 1000 },
      'wrong guesses of a secret: none is heard until the pause is over',
    )
  }
}

function pauseAfter({ count }: WrongGuessesRow): number {
  if (count < FREE_GUESSES) return 0
  return Math.min(FIRST_PAUSE_MILLISECONDS * 2 ** (count - FREE_GUESSES), LONGEST_PAUSE_MILLISECONDS)
}

/** A clock that was set back by more than the pause ends it: it would otherwise last as long as the clock was wrong. */
function isPaused(wrong: WrongGuessesRow, now: Date): boolean {
  return Math.abs(now.getTime() - wrong.lastMilliseconds) < pauseAfter(wrong)
}
