import { hash } from 'node:crypto'
import { BoundedCache } from '../base/bounded-cache.ts'
import type { Clock } from '../base/clock.ts'
import { DataKey } from './content-key.ts'
import { encodeContext, type EncryptionContext } from './encryption-context.ts'
import type { DataKeyService, ServiceDataKey } from './key-service.ts'

/** How long, and for how many uses, a key that has been fetched serves before the service is asked again. */
export interface BucketKeyLimits {
  readonly lifeMilliseconds: number
  readonly mostUses: number
  /** Of keys in memory; the one unused for longest goes first. */
  readonly mostBytes: number
}

export const BUCKET_KEY_LIMITS: BucketKeyLimits = {
  lifeMilliseconds: 5 * 60 * 1000,
  mostUses: 1_000_000,
  mostBytes: 8 * 1024 * 1024,
}

/** A key that seals many objects, each through a content key of its own. */
export interface BucketKey {
  readonly dataKey: DataKey
  /** Stands with each object that was sealed with it. */
  readonly sealed: Uint8Array
  readonly keyArn: string
}

/** Who uses a bucket key, and for what. */
export interface BucketKeyUse<Caller> {
  readonly caller: Caller
  /** Names the caller: each fetches a key for itself, so that its own permission is what counts. */
  readonly callerName: string
  /** With what the bucket gives it, in S3's case the bucket's ARN. */
  readonly context: EncryptionContext
}

/** A key, how it is sealed (6 KB at the most, of AWS) and the ARN that it is under. */
const KEPT_BYTES = 8 * 1024

interface Kept {
  readonly key: Promise<BucketKey>
  readonly untilMilliseconds: number
  uses: number
}

/**
 * Keys of the bucket level: between a key of the service and the objects, so that many objects cost one call. A change
 * of permissions takes effect when the key in memory has had its time.
 */
export class BucketKeys<Caller> {
  readonly #service: DataKeyService<Caller>
  readonly #clock: Clock
  readonly #limits: BucketKeyLimits
  readonly #kept: BoundedCache<Kept>

  constructor(service: DataKeyService<Caller>, clock: Clock, limits: BucketKeyLimits = BUCKET_KEY_LIMITS) {
    this.#service = service
    this.#clock = clock
    this.#limits = limits
    this.#kept = new BoundedCache(limits.mostBytes)
  }

  /** The key to seal new objects with, under the key of that name. */
  forSealing(use: BucketKeyUse<Caller>, keyName: string): Promise<BucketKey> {
    return this.#use(nameOf('seal', use, Buffer.from(keyName)), () =>
      this.#service.generateDataKey(use.caller, keyName, use.context),
    )
  }

  /** The key that objects were sealed with. */
  forOpening(use: BucketKeyUse<Caller>, sealed: Uint8Array): Promise<BucketKey> {
    return this.#use(nameOf('open', use, sealed), () =>
      this.#service.openDataKey(use.caller, sealed, use.context),
    )
  }

  #use(name: string, fetchKey: () => Promise<ServiceDataKey>): Promise<BucketKey> {
    const now = this.#clock.now().getTime()
    const known = this.#kept.get(name)
    if (known && now < known.untilMilliseconds && known.uses < this.#limits.mostUses) {
      known.uses++
      return known.key
    }
    const kept = { key: bucketKey(fetchKey), untilMilliseconds: now + this.#limits.lifeMilliseconds, uses: 1 }
    this.#kept.set(name, kept, KEPT_BYTES)
    // A refusal is not kept: the next use asks again.
    kept.key.catch(() => {
      if (this.#kept.get(name) === kept) this.#kept.delete(name)
    })
    return kept.key
  }
}

async function bucketKey(fetchKey: () => Promise<ServiceDataKey>): Promise<BucketKey> {
  const { plaintext, sealed, keyArn } = await fetchKey()
  return { dataKey: new DataKey(plaintext), sealed, keyArn }
}

function nameOf<Caller>(action: string, use: BucketKeyUse<Caller>, key: Uint8Array): string {
  const parts = [Buffer.from(use.callerName), encodeContext(use.context), key]
  const digests = parts.map((part) => hash('sha256', part, 'base64'))
  return [action, ...digests].join(' ')
}
