import { contentOf } from '../support/content.ts'
import type { Described, Place } from './plan.ts'
import { Register, type Write } from './register.ts'

export const ABSENT = 'absent'
/** A version id that there is, without the client having been told. */
export const UNHEARD = 'unheard'

/** Something that a client tried to store. */
export interface Attempt extends Described {
  readonly at: Place
  /** Of its content, in bytes; of a copy its source instead. */
  readonly partSizes: readonly number[] | KeyLedger
  outcome: 'unknown' | 'acknowledged' | 'refused'
  etag: string | undefined
  /** It was acknowledged without its version id. */
  isUnheard: boolean
}

export interface KnownVersion {
  /** Of the object, or `ABSENT` for a delete marker. */
  readonly seed: string
  state: 'there' | 'maybe' | 'deleted'
}

export interface KnownUpload {
  readonly uploadId: string
  /** ETags by part number. */
  readonly parts: Map<number, string>
  state: 'open' | 'maybe' | 'ended'
}

/** What a put or delete of a key is about to change. */
export interface KeyWrite {
  readonly current: Write<string>
  readonly nullVersion: Write<string>
  readonly tags: Write<string> | undefined
}

/** What the server has promised of one key. */
export class KeyLedger {
  readonly place: Place
  /** The seed of the newest version. */
  readonly current = new Register(ABSENT)
  /** The seed of the version whose id is `null`; a marker counts as absent. */
  readonly nullVersion = new Register(ABSENT)
  readonly tags = new Register('')
  readonly versions = new Map<string, KnownVersion>()
  readonly attempts: Attempt[] = []
  readonly uploads: KnownUpload[] = []
  /** Uploads that may have begun unheard of. */
  unheardUploads = 0
  /** Since the last look the newest version may have become any that was there. */
  isUnclear = false

  constructor(place: Place) {
    this.place = place
  }

  /** `since`: from when on it may stand among the others. */
  begin(seed: string, tags: string | undefined, now: number, since = now): KeyWrite {
    return {
      current: this.current.begin(seed, since),
      nullVersion: this.nullVersion.begin(seed, now),
      tags: tags === undefined ? undefined : this.tags.begin(tags, since),
    }
  }

  /** `versionId`: that of the answer, absent where what was written is a null version. */
  acknowledge(write: KeyWrite, versionId: string | undefined, now: number): void {
    this.current.acknowledge(write.current, now)
    if (write.tags) this.tags.acknowledge(write.tags, now)
    if (versionId === UNHEARD) return
    if (versionId === undefined || versionId === 'null') {
      this.nullVersion.acknowledge(write.nullVersion, now)
    } else {
      this.nullVersion.refuse(write.nullVersion)
      this.versions.set(versionId, { seed: write.current.value, state: 'there' })
    }
  }

  refuse(write: KeyWrite): void {
    this.current.refuse(write.current)
    this.nullVersion.refuse(write.nullVersion)
    if (write.tags) this.tags.refuse(write.tags)
  }

  /** A lifecycle rule may have deleted it by the next look, and may have removed markers that were left alone. */
  mayExpire(now: number): void {
    this.begin(ABSENT, '', now)
    for (const version of this.versions.values()) if (version.seed === ABSENT) version.state = 'maybe'
  }

  closeAll(now: number): void {
    for (const register of [this.current, this.nullVersion, this.tags]) register.closeAll(now)
  }
}

/** What the server has promised of all keys. */
export class Ledger {
  readonly #keys = new Map<string, KeyLedger>()
  readonly #bySeed = new Map<string, Attempt>()
  /** Buckets that may have a rule by which what is below `old/` goes. */
  readonly expiring = new Set<string>()

  of(place: Place): KeyLedger {
    const name = `${place.bucket}/${place.key}`
    const key = this.#keys.get(name) ?? new KeyLedger(place)
    this.#keys.set(name, key)
    return key
  }

  keys(): KeyLedger[] {
    return [...this.#keys.values()]
  }

  attempt(at: Place, what: Described, partSizes: Attempt['partSizes']): Attempt {
    const attempt: Attempt = { ...what, at, partSizes, outcome: 'unknown', etag: undefined, isUnheard: false }
    this.#bySeed.set(what.seed, attempt)
    this.of(at).attempts.push(attempt)
    return attempt
  }

  find(seed: string | undefined): Attempt | undefined {
    return seed === undefined ? undefined : this.#bySeed.get(seed)
  }

  closeAll(now: number): void {
    for (const key of this.#keys.values()) key.closeAll(now)
  }
}

/** Whether these bytes are what an attempt was to store. */
export function isContentOf(attempt: Attempt, bytes: Buffer, seen = new Set<Attempt>()): boolean {
  if (seen.has(attempt)) return false
  seen.add(attempt)
  const { partSizes } = attempt
  if (partSizes instanceof KeyLedger)
    return partSizes.attempts.some((source) => isContentOf(source, bytes, seen))
  const sizeBytes = partSizes.reduce((sum, partBytes) => sum + partBytes, 0)
  return bytes.length === sizeBytes && bytes.equals(wholeOf(attempt.seed, partSizes))
}

/** The bytes that were made, by what they are: the same are asked for again and again. */
const made = new Map<string, Buffer>()
const MOST_MADE = 300

export function partOf(seed: string, index: number, sizeBytes: number): Buffer {
  const name = `${seed}/${index}/${sizeBytes}`
  const bytes = made.get(name) ?? contentOf(name, sizeBytes)
  if (made.size >= MOST_MADE) made.clear()
  made.set(name, bytes)
  return bytes
}

export function wholeOf(seed: string, partSizes: readonly number[]): Buffer {
  return Buffer.concat(partSizes.map((sizeBytes, index) => partOf(seed, index, sizeBytes)))
}
