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
const RENEWED = 'the config was read anew; the command line and the environment are as they were'

/** Puts others in the place of all workers that serve with another config than the one that was accepted last. */
type Replace = () => Promise<Replacement>

/** A worker's config, from its start to its end. */
export interface Lease {
  readonly given: GivenConfig
  /** Whether one that starts now would get the same. */
  isCurrent(): boolean
  /** It ended before it was ready: what is to be done once is left to the next one. */
  giveBack(): void
}

/** What a server's workers start with: the config that was accepted last, whatever becomes of its file. */
export class LiveConfig {
  readonly #read: () => Promise<AcceptedConfig>
  readonly #log: Log
  #accepted: AcceptedConfig
  #isFirst = true
  /** One renewal after the other. */
  #renewed: Promise<void> = Promise.resolve()

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
      giveBack: () => void (this.#isFirst ||= isFirst && isCurrent()),
    }
  }

  /**
   * Reads the config again. Where it is right, `replace` puts workers that start with it in the place of the others. Where one does
   * not start, those that did are replaced again; then, and where it is wrong, all is as it was, and the log says why.
   */
  renew(replace: Replace): Promise<void> {
    return (this.#renewed = this.#renewed.then(() => this.#renew(replace)))
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
    const { failure: how, isOver } = await replace()
    if (isOver) return
    if (how === undefined) {
      this.#log.info({ changed }, RENEWED)
      return
    }
    this.#accepted = before
    // What a worker has set up by the new one is set up by the old one again; where none came to that, nothing is.
    this.#isFirst = !this.#isFirst
    // Workers that were started meanwhile for ones that died have the new one as well.
    const back = await replace()
    if (back.isOver) return
    const outcome = back.failure === undefined ? PUT_BACK : MIXED
    this.#log.error({ how, changed }, back.replaced === 0 && outcome === PUT_BACK ? NOT_STARTED : outcome)
  }
}
