import type { Clock } from '../base/clock.ts'
import type { OrderedStore } from '../metadata/ordered-store.ts'
import { backupHold, contentReads } from '../metadata/tables/worker-tables.ts'
import { readable } from '../metadata/unreadable-rows.ts'
import type { ProcessPresence } from './process-presence.ts'

/** Waiting contents that are remembered; more of them wait until these are done with. */
const MOST_WAITING = 100_000
const MOST_READERS = 10_000

export interface ForeignReadsOptions {
  readonly metadata: OrderedStore
  readonly clock: Clock
  readonly presence: ProcessPresence
  /** How long another process may read what was let go of before it announces that it does. */
  readonly graceMilliseconds: number
}

/**
 * Whether another process may be reading content that was let go of, in parts, or where a blob that is read may be removed. While any other lives, such content waits:
 * for as long as a read may go on unannounced, then until no living process announces one. A process that is not known
 * yet when the garbage has been read began after that, and so finds nothing that names the content.
 */
export class ForeignReads {
  readonly #options: ForeignReadsOptions
  /** When each content was first seen waiting. */
  readonly #waitingSince = new Map<string, number>()

  constructor(options: ForeignReadsOptions) {
    this.#options = options
  }

  get graceMilliseconds(): number {
    return this.#options.graceMilliseconds
  }

  /** The other processes that live. */
  others(): Promise<ReadonlySet<string>> {
    return this.#options.presence.others()
  }

  /** What was announced to be read, by whomever; nothing where no other lives. Call after the garbage rows were read. */
  async announced(living: Promise<ReadonlySet<string>>): Promise<ReadonlySet<string>> {
    if ((await living).size === 0) return new Set()
    const entries = await this.#options.metadata.scan({ ...contentReads.range(), limit: MOST_READERS })
    return new Set(entries.map(({ key }) => contentReads.parts(key)[0]))
  }

  /** Whether another process that lives has announced that it reads what was let go of. Announcements of dead ones go on the way. */
  async isRead(contentId: string, living: Promise<ReadonlySet<string>>): Promise<boolean> {
    return this.#isRead(contentId, await living)
  }

  /** Call after the garbage row was read; `living`: the others, asked for after that, too. */
  async mayBeRead(contentId: string, living = this.others()): Promise<boolean> {
    const others = await living
    const isWaiting =
      others.size > 0 && (this.#isInGrace(contentId) || (await this.#isRead(contentId, others)))
    if (!isWaiting) this.#waitingSince.delete(contentId)
    return isWaiting
  }

  /**
   * Whether a backup is under way, for which all blobs stay. Call after the garbage rows were read: a backup that begins
   * later finds nothing that names what they name. The hold of one that died goes on the way.
   */
  async isBackedUp(): Promise<boolean> {
    const { metadata, presence } = this.#options
    const entry = await metadata.get(backupHold.key())
    if (!entry) return false
    const hold = readable(metadata, backupHold, entry)?.row
    if (hold && (await presence.others()).has(hold.processId)) return true
    await metadata.commit({ expect: [entry], put: [], remove: [entry.key] })
    return false
  }

  #isInGrace(contentId: string): boolean {
    const now = this.#options.clock.now().getTime()
    const since = this.#waitingSince.get(contentId)
    // A clock set back begins anew.
    if (since !== undefined && now >= since) return now - since < this.#options.graceMilliseconds
    if (this.#waitingSince.size < MOST_WAITING) this.#waitingSince.set(contentId, now)
    return true
  }

  async #isRead(contentId: string, others: ReadonlySet<string>): Promise<boolean> {
    const { metadata } = this.#options
    const entries = await metadata.scan({ ...contentReads.range(contentId), limit: MOST_READERS })
    const dead = entries.filter(({ key }) => !others.has(contentReads.parts(key)[1]))
    if (dead.length < entries.length) return true
    if (dead.length > 0) await metadata.commit({ expect: [], put: [], remove: dead.map(({ key }) => key) })
    return false
  }
}
