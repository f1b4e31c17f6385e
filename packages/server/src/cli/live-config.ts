import { errorMessage } from '../base/error-message.ts'
import type { Log } from '../base/log.ts'
import { type AcceptedConfig, changedSettings } from './accepted-config.ts'
import type { GivenConfig } from './config-channel.ts'
import type { Replacement } from './supervise.ts'

const WRONG = 'the config is not taken over, and the server goes on with the one that it has'
const NOT_STARTED = 'no worker starts with the new config, so the server goes on with the one that it has'
const PUT_BACK =
  'a worker did not start with the new config after others had, which are replaced again: the server goes on with the config that it had'
const MIXED =
  'a worker did not start with the new config after others had, and not all of these could be replaced again: some serve with the new config until a SIGHUP succeeds'
const SET_BACK =
  'no worker starts with the new config, so the server goes on with the one that it has, which sets up buckets and quotas again as it says'
const NOT_SET_BACK =
  'no worker starts with the new config, so the server goes on with the one that it has; buckets and quotas may be as the new one says until a SIGHUP succeeds'
const RENEWED = 'the config was read anew; the command line and the environment are as they were'

/** Puts others in the place of all workers that serve with another config than the one that was accepted last, but of so many at least. */
type Replace = (least: number) => Promise<Replacement>

/** A worker's config, from its start to its end. */
export interface Lease {
  readonly given: GivenConfig
  /** Whether one that starts now would get the same. */
  isCurrent(): boolean
  /** It begins to set up what its config says of buckets and quotas. */
  setsUp(): void
  /** It ended before it was ready: what is to be done once is left to the next one. */
  giveBack(): void
}

/** What a server's workers start with: the config that was accepted last, whatever becomes of its file. */
export class LiveConfig {
  readonly #read: () => Promise<AcceptedConfig>
  readonly #log: Log
  #accepted: AcceptedConfig
  #isFirst = true
  /** Which was set up last, be it in part. */
  #setUp: AcceptedConfig | undefined
  /** The latest renewal. */
  #renewed: Promise<void> = Promise.resolve()
  /** The one that has not begun yet. */
  #next: Promise<void> | undefined

  constructor(accepted: AcceptedConfig, read: () => Promise<AcceptedConfig>, log: Log) {
    this.#accepted = accepted
    this.#read = read
    this.#log = log
  }

  get accepted(): AcceptedConfig {
    return this.#accepted
  }

  /** For the next worker that starts. */
  give(): Lease {
    const accepted = this.#accepted
    const isFirst = this.#isFirst
    this.#isFirst = false
    const isCurrent = (): boolean => this.#accepted === accepted
    return {
      given: { fileText: accepted.fileText, isFirst },
      isCurrent,
      setsUp: () => void (this.#setUp = accepted),
      giveBack: () => void (this.#isFirst ||= isFirst && isCurrent()),
    }
  }

  /**
   * Reads the config again. Where it is right, `replace` puts workers that start with it in the place of the others. Where one does
   * not start, those that did are replaced again; then, and where it is wrong, all is as it was, and the log says why. However often
   * it is asked for while one is under way, there is one more behind that.
   */
  renew(replace: Replace): Promise<void> {
    this.#next ??= this.#renewed = this.#renewed.then(() => {
      this.#next = undefined
      return this.#renew(replace)
    })
    return this.#next
  }

  async #renew(replace: Replace): Promise<void> {
    const before = this.#accepted
    try {
      this.#accepted = await this.#read()
    } catch (error) {
      this.#log.error({ reason: errorMessage(error) }, WRONG)
      return
    }
    this.#isFirst = true
    const changed = changedSettings(before, this.#accepted)
    const { failure: how, isOver, replaced } = await replace(0)
    if (isOver) return
    if (how === undefined) {
      this.#log.info({ changed }, RENEWED)
      return
    }
    this.#accepted = before
    // What a worker has set up by the new one is set up by the old one again; where none came to that, nothing is.
    const isToSetUp = this.#setUp !== before
    this.#isFirst = isToSetUp
    // Workers that were started meanwhile for ones that died have the new one as well.
    const back = await replace(isToSetUp ? 1 : 0)
    if (back.isOver) return
    this.#log.error({ how, changed }, outcomeOf(back, { isToSetUp, wasTaken: replaced > 0 }))
  }
}

/** Of a renewal that failed. `wasTaken`: a worker did start with the new config. */
function outcomeOf(
  { failure, replaced }: Replacement,
  { isToSetUp, wasTaken }: { readonly isToSetUp: boolean; readonly wasTaken: boolean },
): string {
  const least = isToSetUp ? 1 : 0
  if (failure !== undefined) return isToSetUp && !wasTaken ? NOT_SET_BACK : MIXED
  if (wasTaken || replaced > least) return PUT_BACK
  return isToSetUp ? SET_BACK : replaced === 0 ? NOT_STARTED : PUT_BACK
}
