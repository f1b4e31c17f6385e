import type { CryptoKey } from 'jose'
import { BoundedCache } from '../base/bounded-cache.ts'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { KeySet, NamedKey } from './key-set.ts'
import { type ProviderDocuments, ProviderFailure } from './provider-documents.ts'
import { type Provider, publishedKeys } from './published-keys.ts'

/** Keys are read anew after so long, so that one that is taken back counts no longer. */
const FRESH_MILLISECONDS = 5 * 60_000
/** From the beginning of one reading to that of the next, whatever kinds of keys tokens name. */
const SPACING_MILLISECONDS = 5000
/** Who may wait for the next reading of one provider: tokens with keys that were made up. */
const MOST_WAITING = 64
const MOST_BYTES = 16 * 1024 * 1024
/** What the keys of a provider take at the most, about. */
const BYTES_FOR_EACH = 64 * 1024

interface KnownProvider {
  keys: KeySet | undefined
  /** Of the last reading that succeeded, and of the last one at all. */
  readMilliseconds: number
  begunMilliseconds: number
  readings: number
  reading: Promise<void> | undefined
  failure: ProviderFailure | undefined
  waiting: number
}

interface ProviderKeysSetting {
  readonly documents: ProviderDocuments
  readonly clock: Clock
  readonly log: Log
}

/**
 * The keys of providers, kept in memory and read again when they are old or a token names another one. Each provider is
 * read at most every few seconds, whoever asks. While one cannot be read, its known keys go on being used.
 */
export class ProviderKeys {
  readonly #setting: ProviderKeysSetting
  /** By address and certificates: another account may trust other certificates, and must not get keys by them. */
  readonly #providers = new BoundedCache<KnownProvider>(MOST_BYTES)

  constructor(setting: ProviderKeysSetting) {
    this.#setting = setting
  }

  /** `undefined` where the provider has no such key. Throws {@link ProviderFailure} where that cannot be told. */
  async find(provider: Provider, named: NamedKey): Promise<CryptoKey | undefined> {
    const known = this.#known(provider)
    const before = known.readings
    if (!this.#isFresh(known) && !this.#hasFailedJustNow(known)) await this.#read(known, provider)
    const key = known.keys?.find(named)
    if (key) return key
    // The provider may have published it since.
    if (!this.#hasFailedJustNow(known)) await this.#readSince(before, known, provider)
    if (known.failure) throw known.failure
    return known.keys?.find(named)
  }

  #known({ url, thumbprints }: Provider): KnownProvider {
    const name = JSON.stringify([url, thumbprints])
    const known = this.#providers.get(name)
    if (known) return known
    const fresh: KnownProvider = {
      keys: undefined,
      readMilliseconds: -Infinity,
      begunMilliseconds: -Infinity,
      readings: 0,
      reading: undefined,
      failure: undefined,
      waiting: 0,
    }
    this.#providers.set(name, fresh, BYTES_FOR_EACH)
    return fresh
  }

  #isFresh({ readMilliseconds }: KnownProvider): boolean {
    return this.#isWithin(FRESH_MILLISECONDS, readMilliseconds)
  }

  #hasFailedJustNow({ failure, begunMilliseconds }: KnownProvider): boolean {
    return failure !== undefined && this.#isWithin(SPACING_MILLISECONDS, begunMilliseconds)
  }

  /** One reading: the one under way, or a new one. Never rejects. */
  #read(known: KnownProvider, provider: Provider): Promise<void> {
    return (known.reading ??= this.#begin(known, provider).finally(() => (known.reading = undefined)))
  }

  async #begin(known: KnownProvider, provider: Provider): Promise<void> {
    const { documents, log } = this.#setting
    known.readings++
    known.begunMilliseconds = this.#now()
    try {
      known.keys = await publishedKeys(documents, provider)
      known.readMilliseconds = this.#now()
      if (known.failure) log.info({ provider: provider.url }, 'an identity provider can be read again')
      known.failure = undefined
    } catch (error) {
      if (!(error instanceof ProviderFailure)) throw error
      if (!known.failure)
        log.warn({ provider: provider.url, err: error }, 'an identity provider cannot be read')
      known.failure = error
    }
  }

  /** Returns when a reading has ended that is not among the first `before` ones, which may have missed a new key. */
  async #readSince(before: number, known: KnownProvider, provider: Provider): Promise<void> {
    if (known.waiting >= MOST_WAITING) throw new ProviderFailure('unreachable', 'too many wait for its keys')
    known.waiting++
    try {
      while (known.readings === before || known.reading) {
        const { begunMilliseconds, reading } = known
        if (reading || !this.#isWithin(SPACING_MILLISECONDS, begunMilliseconds))
          await this.#read(known, provider)
        else await this.#setting.clock.sleep(begunMilliseconds + SPACING_MILLISECONDS - this.#now())
      }
    } finally {
      known.waiting--
    }
  }

  /** A clock that was set back tells nothing of how long ago something was. */
  #isWithin(milliseconds: number, since: number): boolean {
    const passed = this.#now() - since
    return passed >= 0 && passed < milliseconds
  }

  #now(): number {
    return this.#setting.clock.now().getTime()
  }
}
