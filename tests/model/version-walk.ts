import { expect } from 'vitest'
import { otherCredentials } from '../support/accounts.ts'
import { xmlTexts } from '../support/raw-request.ts'
import type { Answer, BucketClient, Call } from './bucket-client.ts'
import type { ModelServer } from './model-server.ts'
import type { Lock, Sequence, Step, Who } from './version-steps.ts'
import { type ModelRule, type ModelVersion, type Retention, VersionsModel } from './versions-model.ts'

const DAY = new Date('2030-06-01T00:00:00Z')
const HOUR_MILLISECONDS = 60 * 60 * 1000
const DAY_MILLISECONDS = 24 * HOUR_MILLISECONDS

/** Takes the same steps on the server and on the model, and holds them against each other. */
export class VersionWalk {
  readonly #server: ModelServer
  readonly #client: BucketClient
  readonly #bucket: string
  readonly #isLocked: boolean
  readonly #model: VersionsModel
  #bodies = 0

  private constructor(
    server: ModelServer,
    client: BucketClient,
    bucket: string,
    { kind, start }: { readonly kind: Sequence['bucket']; readonly start: Date },
  ) {
    this.#server = server
    this.#client = client
    this.#bucket = bucket
    this.#isLocked = kind === 'locked'
    this.#model = new VersionsModel(kind === 'plain' ? undefined : 'Enabled', start.getTime())
  }

  static async begin(
    server: ModelServer,
    client: BucketClient,
    bucket: string,
    { bucket: kind, hour }: Sequence,
  ): Promise<VersionWalk> {
    const start = new Date(DAY.getTime() + hour * HOUR_MILLISECONDS)
    const walk = new VersionWalk(server, client, bucket, { kind, start })
    await server.setTime(start)
    const headers = kind === 'locked' ? { 'x-amz-bucket-object-lock-enabled': 'true' } : {}
    await walk.#expect(200, 'PUT', '', { headers })
    if (kind === 'versioned') await walk.take({ kind: 'versioning', status: 'Enabled' })
    return walk
  }

  async take(step: Step): Promise<void> {
    switch (step.kind) {
      case 'put':
        return this.#put(step.key, step.tags, this.#isLocked ? step.lock : undefined)
      case 'hide':
        return this.#hide(step.key)
      case 'remove':
        return this.#remove(step.key, this.#pick(step), step.who)
      case 'retain':
        return this.#retain(step.key, this.#pick(step), step.who, step.lock)
      case 'hold':
        return this.#hold(step.key, this.#pick(step), step.isHeld)
      case 'tag':
        return this.#tag(step.key, this.#pick(step), step.tags)
      case 'versioning':
        return this.#setVersioning(step.status)
      case 'rule':
        return this.#setRule(step.rule)
      case 'time':
        return this.#moveTime(step.days)
    }
  }

  /** Everything that can be seen of the bucket is as in the model. */
  async compare(): Promise<void> {
    const { text } = await this.#expect(200, 'GET', '', { query: 'versions=' })
    const shown = [...text.matchAll(/<(Version|DeleteMarker)>(.*?)<\/\1>/gs)].map(([, kind, xml = '']) => ({
      key: xmlTexts(xml, 'Key')[0],
      id: xmlTexts(xml, 'VersionId')[0],
      isLatest: xmlTexts(xml, 'IsLatest')[0] === 'true',
      isMarker: kind === 'DeleteMarker',
    }))
    for (const key of this.#model.keys) await this.#compareKey(key, shown)
    const count = this.#model.keys.reduce((sum, key) => sum + this.#model.versionsOf(key).length, 0)
    expectSame(shown.length, count)
  }

  /** Leaves nothing that later passes of the worker look at. */
  async end(): Promise<void> {
    await this.#setRule(undefined)
  }

  async #compareKey(
    key: string,
    shown: readonly {
      key?: string | undefined
      id?: string | undefined
      isLatest: boolean
      isMarker: boolean
    }[],
  ): Promise<void> {
    const versions = this.#model.versionsOf(key)
    const found = shown.filter((version) => version.key === key)
    this.#learnMarkers(versions, found)
    const expected = versions.map(({ id, isMarker }, at) => ({ key, id, isMarker, isLatest: at === 0 }))
    expectSame(sorted(found), sorted(expected))
    for (const version of versions) if (!version.isMarker) await this.#compareVersion(key, version)
  }

  async #compareVersion(key: string, version: ModelVersion): Promise<void> {
    const query = `versionId=${version.id}`
    const { text, headers } = await this.#expect(200, 'GET', key, { query })
    const until = headers['x-amz-object-lock-retain-until-date']
    const actual = {
      body: text,
      tagCount: Number(headers['x-amz-tagging-count'] ?? 0),
      mode: headers['x-amz-object-lock-mode'],
      until: typeof until === 'string' ? new Date(until).getTime() : undefined,
      isHeld: headers['x-amz-object-lock-legal-hold'] === 'ON',
    }
    expectSame(actual, {
      body: version.body,
      tagCount: version.tags.length,
      mode: version.retention?.mode,
      until: version.retention?.untilMilliseconds,
      isHeld: version.isHeld,
    })
  }

  /** The ids of markers that the worker made are the server's to choose. */
  #learnMarkers(
    versions: readonly ModelVersion[],
    shown: readonly { id?: string | undefined; isMarker: boolean }[],
  ): void {
    const known = new Set(versions.map(({ id }) => id))
    const unknown = shown.filter(({ id = '', isMarker }) => isMarker && !known.has(id))
    for (const version of versions.filter(({ id }) => id.startsWith('?'))) {
      version.id = unknown.shift()?.id ?? version.id
    }
  }

  #pick({ key, at }: { readonly key: string; readonly at: number }): ModelVersion | undefined {
    const versions = this.#model.versionsOf(key)
    return versions[at % Math.max(versions.length, 1)]
  }

  async #put(key: string, tags: readonly string[], lock: Lock): Promise<void> {
    const body = `body ${this.#bodies++}`
    const retention = this.#retentionOf(lock)
    const answer = await this.#expect(200, 'PUT', key, {
      body,
      headers: {
        ...(tags.length > 0 && { 'x-amz-tagging': tags.map((tag) => `${tag}=1`).join('&') }),
        ...(retention && {
          'x-amz-object-lock-mode': retention.mode,
          'x-amz-object-lock-retain-until-date': new Date(retention.untilMilliseconds).toISOString(),
        }),
      },
    })
    this.#model.put(key, String(answer.headers['x-amz-version-id']), body, { tags, retention })
  }

  async #hide(key: string): Promise<void> {
    const answer = await this.#expect(204, 'DELETE', key)
    const id = answer.headers['x-amz-version-id']
    this.#model.hide(key, typeof id === 'string' ? id : undefined)
  }

  async #remove(key: string, version: ModelVersion | undefined, who: Who): Promise<void> {
    if (!version || version.id.startsWith('?')) return
    const query = `versionId=${version.id}`
    if (who === 'bypass' && !this.#isLocked) {
      await this.#expect(400, 'DELETE', key, { query, ...callOf(who) })
      return
    }
    const isRefused = who === 'stranger' || this.#model.isLocked(version, who === 'bypass')
    await this.#expect(isRefused ? 403 : 204, 'DELETE', key, { query, ...callOf(who) })
    if (!isRefused) this.#model.remove(key, version.id)
  }

  async #retain(key: string, version: ModelVersion | undefined, who: Who, lock: Lock): Promise<void> {
    if (!version || version.id.startsWith('?')) return
    const retention = this.#retentionOf(lock)
    const body = retention
      ? `<Retention><Mode>${retention.mode}</Mode><RetainUntilDate>${new Date(retention.untilMilliseconds).toISOString()}</RetainUntilDate></Retention>`
      : '<Retention/>'
    const call = { query: `retention=&versionId=${version.id}`, body, ...callOf(who) }
    if (who === 'stranger') await this.#expect(403, 'PUT', key, call)
    else if (!this.#isLocked) await this.#expect(400, 'PUT', key, call)
    else if (version.isMarker) await this.#expect(405, 'PUT', key, call)
    else if (!this.#model.mayRetain(version, retention, who === 'bypass'))
      await this.#expect(403, 'PUT', key, call)
    else {
      await this.#expect(200, 'PUT', key, call)
      version.retention = retention
    }
  }

  async #hold(key: string, version: ModelVersion | undefined, isHeld: boolean): Promise<void> {
    if (!version || version.id.startsWith('?')) return
    const body = `<LegalHold><Status>${isHeld ? 'ON' : 'OFF'}</Status></LegalHold>`
    const status = !this.#isLocked ? 400 : version.isMarker ? 405 : 200
    await this.#expect(status, 'PUT', key, { query: `legal-hold=&versionId=${version.id}`, body })
    if (status === 200) version.isHeld = isHeld
  }

  async #tag(key: string, version: ModelVersion | undefined, tags: readonly string[]): Promise<void> {
    if (!version || version.id.startsWith('?')) return
    const items = tags.map((tag) => `<Tag><Key>${tag}</Key><Value>1</Value></Tag>`)
    const body = `<Tagging><TagSet>${items.join('')}</TagSet></Tagging>`
    const status = version.isMarker ? 405 : 200
    await this.#expect(status, 'PUT', key, { query: `tagging=&versionId=${version.id}`, body })
    if (status === 200) version.tags = tags
  }

  async #setVersioning(status: 'Enabled' | 'Suspended'): Promise<void> {
    const body = `<VersioningConfiguration><Status>${status}</Status></VersioningConfiguration>`
    const isRefused = this.#isLocked && status === 'Suspended'
    await this.#expect(isRefused ? 409 : 200, 'PUT', '', { query: 'versioning=', body })
    if (!isRefused) this.#model.versioning = status
  }

  async #setRule(rule: ModelRule | undefined): Promise<void> {
    this.#model.rule = rule
    if (!rule) await this.#expect(204, 'DELETE', '', { query: 'lifecycle=' })
    else await this.#expect(200, 'PUT', '', { query: 'lifecycle=', body: documentOf(rule) })
  }

  async #moveTime(days: number): Promise<void> {
    this.#model.nowMilliseconds += days * DAY_MILLISECONDS
    await this.#server.setTime(new Date(this.#model.nowMilliseconds))
    this.#model.runLifecycle()
    // So that later steps can name the markers that the worker made.
    if (this.#model.keys.some((key) => this.#model.versionsOf(key).some(({ id }) => id.startsWith('?')))) {
      await this.compare()
    }
  }

  #retentionOf(lock: Lock): Retention | undefined {
    if (!lock) return undefined
    return { mode: lock.mode, untilMilliseconds: this.#model.nowMilliseconds + lock.days * DAY_MILLISECONDS }
  }

  async #expect(status: number, method: string, key: string, call: Call = {}): Promise<Answer> {
    const path = key === '' ? `/${this.#bucket}` : `/${this.#bucket}/${key}`
    const answer = await this.#client.send(method, path, call)
    if (answer.status !== status) {
      throw new Error(
        `${method} ${path}?${call.query ?? ''} answered ${answer.status}, not ${status}: ${answer.text}`,
      )
    }
    return answer
  }
}

function expectSame(actual: unknown, expected: unknown): void {
  expect(actual).toEqual(expected)
}

/** Versions and delete markers may be told apart or in one row. */
function sorted<T extends { readonly id?: string | undefined }>(versions: readonly T[]): T[] {
  return versions.toSorted(({ id: one = '' }, { id: other = '' }) => (one < other ? -1 : 1))
}

function callOf(who: Who): Call {
  return {
    ...(who !== 'owner' && { headers: { 'x-amz-bypass-governance-retention': 'true' } }),
    ...(who === 'stranger' && { credentials: otherCredentials }),
  }
}

function documentOf(rule: ModelRule): string {
  const { tag, expirationDays, expiresMarkers, noncurrentDays, newerVersions } = rule
  const filter = tag === undefined ? '' : `<Tag><Key>${tag}</Key><Value>1</Value></Tag>`
  const expiration =
    expirationDays !== undefined
      ? `<Expiration><Days>${expirationDays}</Days></Expiration>`
      : expiresMarkers
        ? '<Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>'
        : ''
  const newer =
    newerVersions === undefined ? '' : `<NewerNoncurrentVersions>${newerVersions}</NewerNoncurrentVersions>`
  const noncurrent =
    noncurrentDays === undefined
      ? ''
      : `<NoncurrentVersionExpiration><NoncurrentDays>${noncurrentDays}</NoncurrentDays>${newer}</NoncurrentVersionExpiration>`
  return `<LifecycleConfiguration><Rule><ID>r</ID><Status>Enabled</Status><Filter>${filter}</Filter>${expiration}${noncurrent}</Rule></LifecycleConfiguration>`
}
