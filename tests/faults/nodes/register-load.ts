import { createHash, randomInt } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { errorCode } from '../../../packages/server/src/base/storage-fault.ts'
import { contentOf } from '../../support/content.ts'
import { isLinearizable, type Operation } from '../../support/linearizable.ts'
import {
  type RawAnswer,
  type RawRequest,
  rawRequest,
  type ServerAddress,
  xmlTexts,
} from '../../support/raw-request.ts'

const CLIENTS = 6
const ABSENT = ''
const SMALL_BYTES = 200
/** Not kept with its row. */
const LARGE_BYTES = 70_000
/** Of a client that lost its patience nobody knows what came of what it asked for. */
const PATIENCE_MILLISECONDS = 4000
const PAUSE_MILLISECONDS = 10
const RETRY_MILLISECONDS = 100

/** What a request is about: what it relies on, and what it leaves. */
interface Attempt {
  readonly request: RawRequest
  readonly writes?: string
  readonly relies?: string
}

interface Done extends Operation {
  readonly isAcknowledged: boolean
}

interface Version {
  readonly id: string
  /** Of a delete marker: `ABSENT`. */
  readonly etag: string
}

/**
 * Many clients that read, write, create, replace and delete one key of a versioned bucket at the same time, by `If-Match` and `If-None-Match` or
 * without, each request to any node. Each content is written once, so its ETag tells which it was.
 */
export class RegisterLoad {
  readonly #server: () => ServerAddress
  readonly #bucket: string
  readonly #key: string
  readonly #history: Done[] = []
  readonly #problems: string[] = []
  #sequence = 0
  #newest = ABSENT

  constructor(server: () => ServerAddress, bucket: string, key: string) {
    this.#server = server
    this.#bucket = bucket
    this.#key = key
  }

  async run(signal: AbortSignal): Promise<void> {
    const client = async (): Promise<void> => {
      while (!signal.aborted) {
        const isAnswered = await this.#step()
        await delay(isAnswered ? randomInt(PAUSE_MILLISECONDS) : RETRY_MILLISECONDS)
      }
    }
    await Promise.all(Array.from({ length: CLIENTS }, client))
  }

  get acknowledgedCount(): number {
    return this.#history.filter(({ isAcknowledged, writes }) => isAcknowledged && writes !== undefined).length
  }

  get unknownCount(): number {
    return this.#history.filter(({ endedAt }) => endedAt === undefined).length
  }

  get history(): readonly Operation[] {
    return this.#history
  }

  get length(): number {
    return this.#history.length
  }

  /** Lists the versions; tells what contradicts what the clients saw. */
  async check(): Promise<string[]> {
    const versions = (await this.#versions()).toReversed()
    return [
      ...this.#problems,
      ...(isLinearizable(ABSENT, this.#history) ? [] : ['what the clients saw has no one order']),
      ...this.#wrongCounts(versions),
      ...this.#wrongOrder(versions),
    ].map((problem) => `${this.#key}: ${problem}`)
  }

  /** Whether there was an answer that tells what came of it. */
  async #step(): Promise<boolean> {
    const attempt = this.#nextAttempt()
    const beganAt = performance.now()
    const known = { beganAt, ...(attempt.writes !== undefined && { writes: attempt.writes }) }
    try {
      const signal = AbortSignal.timeout(PATIENCE_MILLISECONDS)
      const answer = await rawRequest(this.#server(), { ...attempt.request, signal })
      const endedAt = performance.now()
      // Of a request that a node had half of when it was paused.
      if (answer.status < 500 && answer.status !== 408) {
        this.#note(attempt, answer, beganAt, endedAt)
        return true
      }
    } catch (error) {
      // Nobody was there. Else a connection was cut, or patience came to its end.
      if (errorCode(error) === 'ECONNREFUSED') return false
    }
    if (attempt.writes === undefined) return false
    const sees = attempt.relies === undefined ? {} : { sees: attempt.relies }
    this.#history.push({ ...known, ...sees, isAcknowledged: false })
    return false
  }

  #note({ request, writes, relies }: Attempt, answer: RawAnswer, beganAt: number, endedAt: number): void {
    const saw = (seen: Omit<Operation, 'beganAt' | 'endedAt'>, isAcknowledged = false): void => {
      this.#history.push({ beganAt, endedAt, isAcknowledged, ...seen })
    }
    const { status } = answer
    if (writes === undefined && status === 200) {
      const etag = md5Of(answer.body)
      if (answer.headers.etag !== `"${etag}"`) this.#problems.push(`half an object of ${answer.headers.etag}`)
      this.#newest = etag
      return saw({ sees: etag })
    }
    if (status === 404) return saw({ sees: ABSENT })
    if (status === 412 && relies !== undefined) return saw({ seesNot: relies })
    // Somebody else was writing.
    if (status === 409) return
    if (writes === undefined || (status !== 200 && status !== 204)) {
      this.#problems.push(`${request.method ?? 'GET'}: ${status} ${answer.text}`)
      return
    }
    if (writes !== ABSENT) this.#newest = writes
    saw({ ...(relies !== undefined && { sees: relies }), writes }, true)
  }

  #nextAttempt(): Attempt {
    const path = `/${this.#bucket}/${this.#key}`
    const choice = randomInt(100)
    if (choice < 35) return { request: { path } }
    if (choice < 42) return { request: { method: 'DELETE', path }, writes: ABSENT }
    const sizeBytes = choice % 5 === 0 ? LARGE_BYTES : SMALL_BYTES
    const body = contentOf(`${this.#key} ${this.#sequence++}`, sizeBytes)
    const put = (headers: Record<string, string>, relies?: string): Attempt => ({
      request: { method: 'PUT', path, body, headers },
      writes: md5Of(body),
      ...(relies !== undefined && { relies }),
    })
    if (choice < 50) return put({})
    if (choice < 65 || this.#newest === ABSENT) return put({ 'if-none-match': '*' }, ABSENT)
    return put({ 'if-match': `"${this.#newest}"` }, this.#newest)
  }

  /** None lost, none doubled, and none that nobody asked for. */
  #wrongCounts(versions: readonly Version[]): string[] {
    const writes = this.#history.filter(({ writes: written }) => written !== undefined)
    const counts = new Map<string, { least: number; most: number }>()
    for (const { writes: etag = ABSENT, isAcknowledged } of writes) {
      const count = counts.get(etag) ?? { least: 0, most: 0 }
      counts.set(etag, { least: count.least + Number(isAcknowledged), most: count.most + 1 })
    }
    const found = Map.groupBy(versions, ({ etag }) => etag)
    const wrong = [...new Set([...counts.keys(), ...found.keys()])].filter((etag) => {
      const { least, most } = counts.get(etag) ?? { least: 0, most: 0 }
      const times = found.get(etag)?.length ?? 0
      return times < least || times > most
    })
    return wrong.map(
      (etag) =>
        `${etag || 'delete markers'}: ${found.get(etag)?.length ?? 0} times, of ${JSON.stringify(counts.get(etag))}`,
    )
  }

  /** Versions lie in the order in which they were written, and each on the one that its writer relied on. */
  #wrongOrder(versions: readonly Version[]): string[] {
    const places = new Map(versions.map(({ etag }, index) => [etag, index]))
    const written = this.#history.filter(({ writes, isAcknowledged }) => isAcknowledged && writes)
    const problems: string[] = []
    let latest: Done | undefined
    for (const one of written.toSorted((a, b) => (a.endedAt ?? 0) - (b.endedAt ?? 0))) {
      const place = places.get(one.writes ?? '') ?? 0
      if (one.sees !== undefined && (versions[place - 1]?.etag ?? ABSENT) !== one.sees)
        problems.push(`${one.writes} lies on ${versions[place - 1]?.etag}, not on ${one.sees}`)
      if (latest && one.beganAt > (latest.endedAt ?? 0) && place < (places.get(latest.writes ?? '') ?? 0))
        problems.push(`${one.writes} lies below ${latest.writes}, which was there before`)
      if (!latest || place > (places.get(latest.writes ?? '') ?? 0)) latest = one
    }
    return problems
  }

  /** The newest first. */
  async #versions(): Promise<Version[]> {
    const versions: Version[] = []
    for (let marker: string | undefined; ;) {
      const from = marker === undefined ? '' : `&key-marker=${this.#key}&version-id-marker=${marker}`
      const query = `prefix=${this.#key}&versions${from}`
      const answer = await rawRequest(this.#server(), { path: `/${this.#bucket}`, query })
      if (answer.status !== 200) throw new Error(`versions: ${answer.status} ${answer.text}`)
      const found = answer.text.matchAll(/<(?:Version|DeleteMarker)>.*?<\/(?:Version|DeleteMarker)>/gs)
      for (const [text] of found) {
        const [id = ''] = xmlTexts(text, 'VersionId')
        versions.push({ id, etag: xmlTexts(text, 'ETag')[0]?.replaceAll('"', '') ?? ABSENT })
      }
      ;[marker] = xmlTexts(answer.text, 'NextVersionIdMarker')
      if (marker === undefined) return versions
    }
  }
}

function md5Of(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('hex')
}
