/** What S3 says should become of the versions of a bucket, in memory and as plainly as it can be written. */

export type Versioning = 'Enabled' | 'Suspended' | undefined
export type Mode = 'GOVERNANCE' | 'COMPLIANCE'

export interface Retention {
  readonly mode: Mode
  readonly untilMilliseconds: number
}

export interface ModelVersion {
  id: string
  readonly isMarker: boolean
  readonly modifiedMilliseconds: number
  readonly body: string
  tags: readonly string[]
  retention: Retention | undefined
  isHeld: boolean
}

export interface ModelRule {
  /** Only versions with this tag; all where it is absent. */
  readonly tag?: string
  readonly expirationDays?: number
  readonly expiresMarkers?: boolean
  readonly noncurrentDays?: number
  readonly newerVersions?: number
}

const DAY_MILLISECONDS = 24 * 60 * 60 * 1000

export class VersionsModel {
  versioning: Versioning
  rule: ModelRule | undefined
  nowMilliseconds: number
  /** Newest first. */
  readonly #keys = new Map<string, ModelVersion[]>()

  constructor(versioning: Versioning, nowMilliseconds: number) {
    this.versioning = versioning
    this.nowMilliseconds = nowMilliseconds
  }

  get keys(): readonly string[] {
    return [...this.#keys.keys()].filter((key) => this.versionsOf(key).length > 0).toSorted()
  }

  versionsOf(key: string): ModelVersion[] {
    const found = this.#keys.get(key) ?? []
    this.#keys.set(key, found)
    return found
  }

  newest(key: string): ModelVersion | undefined {
    return this.versionsOf(key)[0]
  }

  find(key: string, id: string): ModelVersion | undefined {
    return this.versionsOf(key).find((version) => version.id === id)
  }

  put(key: string, id: string, body: string, traits: Partial<ModelVersion>): void {
    this.#add(key, { ...this.#bare(id), body, ...traits })
  }

  /** A delete without a version; `id` is the marker's, where there is to be one. */
  hide(key: string, id: string | undefined): void {
    if (this.versioning === undefined) this.#keys.set(key, [])
    else this.#add(key, { ...this.#bare(id ?? ''), isMarker: true })
  }

  remove(key: string, id: string): void {
    const versions = this.versionsOf(key)
    const index = versions.findIndex((version) => version.id === id)
    if (index >= 0) versions.splice(index, 1)
  }

  isLocked({ retention, isHeld }: ModelVersion, bypasses: boolean): boolean {
    const isRetained = retention !== undefined && retention.untilMilliseconds > this.nowMilliseconds
    return isHeld || (isRetained && !(bypasses && retention.mode === 'GOVERNANCE'))
  }

  /** Whether a retention may become another, or none. */
  mayRetain({ retention }: ModelVersion, asked: Retention | undefined, bypasses: boolean): boolean {
    if (!retention || retention.untilMilliseconds <= this.nowMilliseconds) return true
    if (bypasses && retention.mode === 'GOVERNANCE') return true
    if (!asked || asked.untilMilliseconds < retention.untilMilliseconds) return false
    return asked.mode === retention.mode
  }

  /** One pass of the lifecycle worker. Ids of markers that it made are unknown here: they begin with `?`. */
  runLifecycle(): void {
    const { rule } = this
    if (!rule) return
    for (const key of this.keys) if (this.#isCurrentExpired(key, rule)) this.hide(key, `?${key}`)
    for (const key of this.keys) {
      for (const id of this.#dueVersions(key, rule)) this.remove(key, id)
    }
  }

  #isCurrentExpired(key: string, rule: ModelRule): boolean {
    const newest = this.newest(key)
    if (!newest || newest.isMarker || rule.expirationDays === undefined || !matches(rule, newest))
      return false
    return this.#isDue(rule.expirationDays, newest.modifiedMilliseconds)
  }

  #dueVersions(key: string, rule: ModelRule): string[] {
    const versions = this.versionsOf(key)
    const due = versions.slice(1).filter((version, index) => {
      const newer = versions[index]
      if (rule.noncurrentDays === undefined || !newer || !matches(rule, version)) return false
      const since = Math.max(newer.modifiedMilliseconds, version.modifiedMilliseconds)
      const isKept = index < (rule.newerVersions ?? 0)
      return !isKept && this.#isDue(rule.noncurrentDays, since) && !this.isLocked(version, false)
    })
    const [only, second] = versions
    if (only?.isMarker && !second && matches(rule, only)) {
      const days = rule.expirationDays
      const isOld = days !== undefined && this.#isDue(days, only.modifiedMilliseconds)
      if (rule.expiresMarkers || isOld) due.push(only)
    }
    return due.map(({ id }) => id)
  }

  #isDue(days: number, sinceMilliseconds: number): boolean {
    const end = sinceMilliseconds + days * DAY_MILLISECONDS
    return Math.ceil(end / DAY_MILLISECONDS) * DAY_MILLISECONDS <= this.nowMilliseconds
  }

  #bare(id: string): ModelVersion {
    return {
      id: this.versioning === 'Enabled' ? id : 'null',
      isMarker: false,
      modifiedMilliseconds: this.nowMilliseconds,
      body: '',
      tags: [],
      retention: undefined,
      isHeld: false,
    }
  }

  /** Whatever is written without versioning, or with it suspended, takes the place of the null version. */
  #add(key: string, version: ModelVersion): void {
    if (version.id === 'null') this.remove(key, 'null')
    this.versionsOf(key).unshift(version)
  }
}

function matches({ tag }: ModelRule, { tags }: ModelVersion): boolean {
  return tag === undefined || tags.includes(tag)
}
