import { errorMessage } from '../base/error-message.ts'
import type { Log } from '../base/log.ts'
import { type AcceptedConfig, changedSettings } from './accepted-config.ts'
import type { GivenConfig } from './config-channel.ts'

const WRONG = 'the config is not taken over, and the server goes on with the one that it has'
const NOT_STARTED = 'no worker starts with the new config, so the server goes on with the one that it has'
const RENEWED = 'the config was read anew; the command line and the environment are as they were'

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
  give(): GivenConfig {
    const isFirst = this.#isFirst
    this.#isFirst = false
    return { fileText: this.#accepted.fileText, isFirst }
  }

  /**
   * Reads the config again. Where it is right, `replace` puts workers that start with it in the place of the others, and resolves
   * to how one ended that did not start; then, and where it is wrong, all stays as it was, and the log says why.
   */
  renew(replace: () => Promise<string | undefined>): Promise<void> {
    return (this.#renewed = this.#renewed.then(() => this.#renew(replace)))
  }

  async #renew(replace: () => Promise<string | undefined>): Promise<void> {
    const before = this.#accepted
    try {
      this.#accepted = await this.#read()
    } catch (error) {
      this.#log.error({ reason: errorMessage(error) }, WRONG)
      return
    }
    this.#isFirst = true
    const changed = changedSettings(before, this.#accepted)
    const how = await replace()
    if (how === undefined) {
      this.#log.info({ changed }, RENEWED)
      return
    }
    this.#accepted = before
    this.#log.error({ how, changed }, NOT_STARTED)
  }
}
