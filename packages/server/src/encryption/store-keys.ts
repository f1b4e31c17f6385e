import type { Clock } from '../base/clock.ts'
import type { Random } from '../base/random.ts'
import type { Soon } from '../base/soon.ts'
import { DataKey } from './content-key.ts'
import type { EncryptionContext } from './encryption-context.ts'
import type { KeyManagement } from './key-management.ts'
import { KeyServiceFault } from './key-service-fault.ts'

/** A store key as it is kept: sealed under the root key. */
export interface StoreKeyRecord {
  /** 16 lower-case hex digits. */
  readonly id: string
  readonly sealed: Uint8Array
  readonly createdMilliseconds: number
}

/** Where store keys are kept, for all processes of a store. */
export interface StoreKeyRecords {
  newest(): Promise<StoreKeyRecord | undefined>
  find(id: string): Promise<StoreKeyRecord | undefined>
  /** Makes `record` the newest, if `replaced` still is; otherwise nothing happens. */
  add(record: StoreKeyRecord, replaced: StoreKeyRecord | undefined): Promise<void>
}

export interface StoreKey {
  /** Stands with each object that was sealed with it. */
  readonly id: string
  readonly dataKey: DataKey
}

/** After so long new objects get a new store key. */
const YEAR_MILLISECONDS = 365 * 24 * 3600 * 1000
/** How long a process goes on with what it knows to be the newest. */
const CHECK_AFTER_MILLISECONDS = 10 * 60 * 1000

/**
 * The keys of the store itself, which seal all objects that ask for no other key. Each object has a content key of its
 * own, made from the newest store key (`content-key.ts`); the root key seals the store keys. Opened once a process.
 */
export class StoreKeys {
  readonly #keyManagement: KeyManagement
  readonly #records: StoreKeyRecords
  readonly #clock: Clock
  readonly #random: Random
  readonly #opened = new Map<string, Promise<StoreKey>>()
  #current: { key: Soon<StoreKey>; readonly untilMilliseconds: number } | undefined

  constructor(keyManagement: KeyManagement, records: StoreKeyRecords, clock: Clock, random: Random) {
    this.#keyManagement = keyManagement
    this.#records = records
    this.#clock = clock
    this.#random = random
  }

  /** The key to seal new objects with; made where there is none. */
  current(): Soon<StoreKey> {
    const now = this.#clock.now().getTime()
    if (this.#current && now < this.#current.untilMilliseconds) return this.#current.key
    const finding = this.#newest(now)
    const current = { key: finding as Soon<StoreKey>, untilMilliseconds: now + CHECK_AFTER_MILLISECONDS }
    this.#current = current
    finding.then(
      (key) => (current.key = key),
      () => {
        if (this.#current === current) this.#current = undefined
      },
    )
    return finding
  }

  /** The key of that id, whether or not it is still the newest. */
  find(id: string): Promise<StoreKey> {
    return (
      this.#opened.get(id) ??
      this.#remember(id, async () => {
        const record = await this.#records.find(id)
        if (!record) throw new KeyServiceFault('refused', `there is no store key ${id}`)
        return this.#open(record)
      })
    )
  }

  /** The key of an id that a client gives, which may be any; `undefined` where there is none. */
  async findGiven(id: string): Promise<StoreKey | undefined> {
    // No key of the metadata is as long as what may be given.
    if (!/^[0-9a-f]{16}$/.test(id)) return undefined
    if (!this.#opened.has(id) && !(await this.#records.find(id))) return undefined
    return await this.find(id)
  }

  async #newest(now: number): Promise<StoreKey> {
    let newest = await this.#records.newest()
    if (!newest || now - newest.createdMilliseconds >= YEAR_MILLISECONDS) {
      await this.#add(newest, now)
      // Another process may have been first.
      newest = await this.#records.newest()
    }
    if (!newest) throw new KeyServiceFault('unavailable', 'a new store key has gone')
    const record = newest
    return this.#opened.get(record.id) ?? this.#remember(record.id, () => this.#open(record))
  }

  async #add(replaced: StoreKeyRecord | undefined, now: number): Promise<void> {
    const id = this.#random.bytes(8).toString('hex')
    const { sealed } = await this.#keyManagement.generateDataKey(storeKeyContext(id))
    await this.#records.add({ id, sealed, createdMilliseconds: now }, replaced)
  }

  #remember(id: string, open: () => Promise<StoreKey>): Promise<StoreKey> {
    const opening = open()
    this.#opened.set(id, opening)
    opening.catch(() => this.#opened.delete(id))
    return opening
  }

  async #open({ id, sealed }: StoreKeyRecord): Promise<StoreKey> {
    const plaintext = await this.#keyManagement.openDataKey(sealed, storeKeyContext(id))
    return { id, dataKey: new DataKey(plaintext) }
  }
}

/** What a store key is sealed with. */
export function storeKeyContext(id: string): EncryptionContext {
  return { 'holdfast:purpose': 'store-key', 'holdfast:id': id }
}
