import { BoundedCache } from '../../base/bounded-cache.ts'
import type { Clock } from '../../base/clock.ts'
import type { Random } from '../../base/random.ts'
import { encodeContext, type EncryptionContext } from '../../encryption/encryption-context.ts'
import type { KeyManagement } from '../../encryption/key-management.ts'
import { openBytes, sealBytes } from '../../encryption/sealed-bytes.ts'
import type { OrderedStore } from '../../metadata/ordered-store.ts'
import { kmsMaterials, type KmsMaterialRow } from '../../metadata/tables/kms-tables.ts'
import { readRow } from '../../metadata/transaction.ts'
import { KmsError } from './kms-error.ts'

/** How long opened material serves before the key management engine is asked again. */
const LIFE_MILLISECONDS = 5 * 60 * 1000
/** Material, its name and its promise; private keys of RSA have up to 2.4 KB. */
const OPENED_BYTES = 1024
const MOST_BYTES = 2 * 1024 * 1024

interface Opened {
  readonly material: Promise<Uint8Array>
  readonly untilMilliseconds: number
}

interface MaterialParts {
  readonly metadata: OrderedStore
  readonly keyManagement: KeyManagement
  readonly clock: Clock
  readonly random: Random
}

/** The material of keys, one for each version: sealed in the store, opened for a while in memory. */
export class KeyMaterials {
  readonly #metadata: OrderedStore
  readonly #keyManagement: KeyManagement
  readonly #clock: Clock
  readonly #random: Random
  readonly #configured: ReadonlyMap<string, Uint8Array>
  readonly #opened = new BoundedCache<Opened>(MOST_BYTES)

  /** `configured`: the first version's material of keys whose material stands in the config, never in the store. */
  constructor(
    { metadata, keyManagement, clock, random }: MaterialParts,
    configured: ReadonlyMap<string, Uint8Array>,
  ) {
    this.#metadata = metadata
    this.#keyManagement = keyManagement
    this.#clock = clock
    this.#random = random
    this.#configured = configured
  }

  /** A row for a version that is about to exist. `secret`: what it is to be, where that is no 32 random bytes. */
  async newMaterial(keyId: string, version: number, secret?: Uint8Array): Promise<KmsMaterialRow> {
    const context = materialContext(keyId, version)
    const { sealed, plaintext } = await this.#keyManagement.generateDataKey(context)
    const wrapped = secret && sealBytes(plaintext, secret, encodeContext(context), this.#random)
    return {
      sealed: Buffer.from(sealed).toString('base64'),
      ...(wrapped && { wrapped: wrapped.toString('base64') }),
      createdMilliseconds: this.#clock.now().getTime(),
    }
  }

  /** Keeps material that was deleted in memory no longer. */
  forget(keyId: string, version: number): void {
    this.#opened.delete(openedName(keyId, version))
  }

  open(keyId: string, version: number): Promise<Uint8Array> {
    const name = openedName(keyId, version)
    const now = this.#clock.now().getTime()
    const known = this.#opened.get(name)
    if (known && now < known.untilMilliseconds) return known.material
    const opened = { material: this.#open(keyId, version), untilMilliseconds: now + LIFE_MILLISECONDS }
    this.#opened.set(name, opened, OPENED_BYTES)
    opened.material.catch(() => this.#opened.delete(name))
    return opened.material
  }

  async #open(keyId: string, version: number): Promise<Uint8Array> {
    const configured = version === 1 ? this.#configured.get(keyId) : undefined
    if (configured) return configured
    const row = await readRow(this.#metadata, kmsMaterials, keyId, version)
    if (!row)
      throw new KmsError('KMSInvalidStateException', `Key ${keyId} has no material of version ${version}.`)
    const context = materialContext(keyId, version)
    const opened = await this.#keyManagement.openDataKey(Buffer.from(row.sealed, 'base64'), context)
    if (row.wrapped === undefined) return opened
    const secret = openBytes(opened, Buffer.from(row.wrapped, 'base64'), encodeContext(context))
    if (!secret) throw new Error(`the secret of key ${keyId} is not what was sealed`)
    return secret
  }
}

function openedName(keyId: string, version: number): string {
  return `${keyId} ${version}`
}

/** What material is sealed with. */
export function materialContext(keyId: string, version: number): EncryptionContext {
  return { 'holdfast:purpose': 'kms-key', 'holdfast:id': keyId, 'holdfast:version': String(version) }
}
