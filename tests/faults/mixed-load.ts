import { randomInt } from 'node:crypto'
import { contentOf, sha256Of } from '../support/content.ts'
import {
  type RawAnswer,
  type RawRequest,
  type ServerAddress,
  rawRequest,
  xmlTexts,
} from '../support/raw-request.ts'
import { objectPath } from '../support/signature-v4.ts'

/** What a key holds: content that follows from its seed, or nothing. */
export type Holding = { readonly seed: string; readonly sizeBytes: number } | 'absent'

const KIB = 1024
const MIB = 1024 * KIB

/** How large the objects are, from 0 bytes or the first size up. */
export interface LoadSizes {
  readonly smallBytes: number
  readonly largeBytes: readonly [number, number]
  /** All parts but the last, which is of at most `lastPartBytes`. */
  readonly partBytes: readonly number[]
  readonly lastPartBytes: number
}

const USUAL: LoadSizes = {
  smallBytes: 8 * KIB,
  largeBytes: [100 * KIB, 2 * MIB],
  partBytes: [5 * MIB],
  lastPartBytes: 200 * KIB,
}

/** So little that each request is soon done. */
export const LITTLE: LoadSizes = {
  smallBytes: 30 * KIB,
  largeBytes: [33 * KIB, 100 * KIB],
  partBytes: [],
  lastPartBytes: 70 * KIB,
}

/** Hears of each change of a key before it is asked for, and again when the server has acknowledged it. */
export type Journal = (what: 'attempted' | 'acknowledged', key: string, holding: Holding) => void

/** What a key may hold, by all that was promised. */
export type Promises = ReadonlyMap<string, readonly Holding[]>

/**
 * One key that one writer at a time changes, and what the server has promised of it. Between `attempt` and its answer
 * two holdings are right: the acknowledged one and the attempted one. All others never are.
 */
interface Slot {
  readonly key: string
  acknowledged: Holding
  attempted: Holding | undefined
}

export interface LoadOptions {
  readonly sizes?: LoadSizes
  readonly journal?: Journal
  /** Takes cut connections and answers of 5xx for what may happen; leaves alone the keys that are in doubt since, until they are verified. */
  readonly goesOn?: boolean
}

/** Writes, overwrites, uploads in parts, copies and deletes; knows afterwards what must be there. */
export class MixedLoad {
  readonly #server: () => ServerAddress
  readonly #bucket: string
  readonly #writers: readonly (readonly Slot[])[]
  readonly #sizes: LoadSizes
  readonly #journal: Journal
  readonly #goesOn: boolean
  #sequence = 0
  /** Requests that were answered as asked. */
  acknowledgedCount = 0

  constructor(
    server: () => ServerAddress,
    bucket: string,
    writers: number,
    keysPerWriter: number,
    { sizes = USUAL, journal = () => {}, goesOn = false }: LoadOptions = {},
  ) {
    this.#goesOn = goesOn
    this.#server = server
    this.#bucket = bucket
    this.#sizes = sizes
    this.#journal = journal
    this.#writers = Array.from({ length: writers }, (_, writer) =>
      Array.from({ length: keysPerWriter }, (_, key) => ({
        key: `writer-${writer}/key ${key}`,
        acknowledged: 'absent',
        attempted: undefined,
      })),
    )
  }

  /** Runs all writers until the signal, or until the server is gone. Rejects on an answer that is not a success. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#writers.map((slots) => this.#write(slots, signal)))
  }

  /** Reads every key; returns what contradicts the server's promises. Takes what it finds as acknowledged. */
  async verify(): Promise<string[]> {
    const slots = this.#writers.flat()
    const promises = new Map(
      slots.map(({ key, acknowledged, attempted }) => [
        key,
        attempted ? [acknowledged, attempted] : [acknowledged],
      ]),
    )
    const { problems, found } = await verifyPromises(this.#server(), this.#bucket, promises)
    for (const slot of slots) {
      slot.acknowledged = found.get(slot.key) ?? slot.acknowledged
      slot.attempted = undefined
    }
    return problems
  }

  /** Puts an object of that size under the first key. */
  async putOne(sizeBytes: number): Promise<void> {
    const slot = this.#writers[0]?.[0]
    if (slot) await this.#put(slot, objectPath(this.#bucket, slot.key), sizeBytes)
  }

  /** Bytes of all objects that are there. */
  get heldBytes(): number {
    const held = this.#writers.flat().map(({ acknowledged }) => acknowledged)
    return held.reduce((sum, holding) => sum + (holding === 'absent' ? 0 : holding.sizeBytes), 0)
  }

  async deleteObjects(): Promise<void> {
    for (const slot of this.#writers.flat()) {
      await this.#expect(204, { method: 'DELETE', path: objectPath(this.#bucket, slot.key) })
      slot.acknowledged = 'absent'
    }
  }

  /** Gives up every upload that was begun and not completed. */
  async abortUploads(): Promise<void> {
    const uploads = await this.#expect(200, { path: `/${this.#bucket}`, query: 'uploads' })
    const keys = xmlTexts(uploads.text, 'Key')
    for (const [index, uploadId] of xmlTexts(uploads.text, 'UploadId').entries()) {
      const path = objectPath(this.#bucket, keys[index] ?? '')
      await this.#expect(204, { method: 'DELETE', path, query: `uploadId=${encodeURIComponent(uploadId)}` })
    }
  }

  async #write(slots: readonly Slot[], signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      // Else whoever calls `run` again would find nothing to do, and would never let anything else be done.
      const known = this.#goesOn ? slots.filter(({ attempted }) => attempted === undefined) : slots
      const slot = known[randomInt(Math.max(1, known.length))]
      if (!slot) return
      try {
        await this.#change(slot, slots)
        this.acknowledgedCount++
      } catch (error) {
        const isUsual = isConnectionLost(error) || (error instanceof WrongAnswer && isPassing(error.status))
        if (isUsual && this.#goesOn) continue
        if (isConnectionLost(error)) return
        throw error
      }
    }
  }

  async #change(slot: Slot, others: readonly Slot[]): Promise<void> {
    const path = objectPath(this.#bucket, slot.key)
    const choice = randomInt(100)
    const { smallBytes, largeBytes } = this.#sizes
    if (choice < 40) return this.#put(slot, path, randomInt(smallBytes))
    if (choice < 60) return this.#put(slot, path, randomInt(...largeBytes))
    if (choice < 65) return this.#abandonUpload(path)
    if (choice < 75) return this.#upload(slot, path)
    if (choice < 85) return this.#copy(slot, path, others)
    return this.#attempt(slot, 'absent', () => this.#expect(204, { method: 'DELETE', path }))
  }

  async #put(slot: Slot, path: string, sizeBytes: number): Promise<void> {
    const seed = this.#nextSeed()
    const body = contentOf(seed, sizeBytes)
    const headers = { 'x-amz-meta-seed': seed }
    await this.#attempt(slot, { seed, sizeBytes }, () =>
      this.#expect(200, { method: 'PUT', path, headers, body }),
    )
  }

  async #upload(slot: Slot, path: string): Promise<void> {
    const seed = this.#nextSeed()
    const sizes = [...this.#sizes.partBytes, randomInt(this.#sizes.lastPartBytes)]
    const sizeBytes = sizes.reduce((sum, partBytes) => sum + partBytes, 0)
    const whole = contentOf(seed, sizeBytes)
    const uploadId = await this.#startUpload(path, seed)
    const etags: string[] = []
    let start = 0
    for (const partBytes of sizes) {
      const part = whole.subarray(start, (start += partBytes))
      etags.push(await this.#uploadPart(path, uploadId, etags.length + 1, part))
    }
    const parts = etags.map(
      (etag, index) => `<Part><PartNumber>${index + 1}</PartNumber><ETag>${etag}</ETag></Part>`,
    )
    const body = `<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`
    await this.#attempt(slot, { seed, sizeBytes }, async () => {
      const done = await this.#expect(200, { method: 'POST', path, query: `uploadId=${uploadId}`, body })
      if (xmlTexts(done.text, 'ETag').length !== 1) throw new Error(`not completed: ${done.text}`)
    })
  }

  async #abandonUpload(path: string): Promise<void> {
    const seed = this.#nextSeed()
    const uploadId = await this.#startUpload(path, seed)
    await this.#uploadPart(path, uploadId, 1, contentOf(seed, this.#sizes.lastPartBytes))
  }

  async #startUpload(path: string, seed: string): Promise<string> {
    const headers = { 'x-amz-meta-seed': seed }
    const answer = await this.#expect(200, { method: 'POST', path, query: 'uploads', headers })
    return encodeURIComponent(xmlTexts(answer.text, 'UploadId')[0] ?? '')
  }

  async #uploadPart(path: string, uploadId: string, number: number, body: Buffer): Promise<string> {
    const query = `partNumber=${number}&uploadId=${uploadId}`
    const { headers } = await this.#expect(200, { method: 'PUT', path, query, body })
    return headers.etag ?? ''
  }

  /** Copies from a key of the same writer, so the source does not change meanwhile. */
  async #copy(slot: Slot, path: string, others: readonly Slot[]): Promise<void> {
    const isSource = (other: Slot): boolean =>
      other.acknowledged !== 'absent' && other.attempted === undefined
    const source = others.find((other) => other !== slot && isSource(other))
    if (!source) return
    const headers = { 'x-amz-copy-source': objectPath(this.#bucket, source.key) }
    await this.#attempt(slot, source.acknowledged, async () => {
      const done = await this.#expect(200, { method: 'PUT', path, headers })
      if (xmlTexts(done.text, 'ETag').length !== 1) throw new Error(`not copied: ${done.text}`)
    })
  }

  async #attempt(slot: Slot, holding: Holding, act: () => Promise<unknown>): Promise<void> {
    slot.attempted = holding
    this.#journal('attempted', slot.key, holding)
    await act()
    this.#journal('acknowledged', slot.key, holding)
    slot.acknowledged = holding
    slot.attempted = undefined
  }

  async #expect(status: number, request: RawRequest): Promise<RawAnswer> {
    const answer = await this.#request(request)
    if (answer.status !== status || answer.errorCode !== undefined) {
      throw new WrongAnswer(
        statusOf(answer),
        `${request.method ?? 'GET'} ${request.path}: ${answer.status} ${answer.text}`,
      )
    }
    return answer
  }

  #request(request: RawRequest): Promise<RawAnswer> {
    return rawRequest(this.#server(), request)
  }

  #nextSeed(): string {
    return `seed-${this.#sequence++}`
  }
}

/** A node that was paused for a minute gives up requests that it had half of. */
function isPassing(status: number): boolean {
  return status >= 500 || status === 408
}

/** Whoever works for long has begun its answer by the time it fails (S3 API Reference, CopyObject). */
function statusOf({ status, errorCode }: RawAnswer): number {
  const isOurs =
    errorCode === 'InternalError' || errorCode === 'ServiceUnavailable' || errorCode === 'SlowDown'
  return status === 200 && isOurs ? 503 : status
}

class WrongAnswer extends Error {
  override readonly name = 'WrongAnswer'
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** Reads every key and lists the bucket; tells what contradicts the promises, and what each key holds. */
export async function verifyPromises(
  server: ServerAddress,
  bucket: string,
  promises: Promises,
): Promise<{ readonly problems: string[]; readonly found: ReadonlyMap<string, Holding> }> {
  const problems: string[] = []
  const present: string[] = []
  const found = new Map<string, Holding>()
  const look = async ([key, allowed]: [string, readonly Holding[]]): Promise<void> => {
    const answer = await rawRequest(server, { path: objectPath(bucket, key) })
    const holding = allowed.find((one) => isHolding(answer, one))
    if (holding === undefined) problems.push(describe(key, allowed, answer))
    else found.set(key, holding)
    if (answer.status === 200) present.push(key)
  }
  await Promise.all([...promises].map(look))
  const listing = await rawRequest(server, { path: `/${bucket}`, query: 'list-type=2' })
  const listed = xmlTexts(listing.text, 'Key')
  if (JSON.stringify(listed) !== JSON.stringify(present.sort())) {
    problems.push(`listed ${listed.join(', ')} but readable are ${present.join(', ')}`)
  }
  return { problems, found }
}

function isHolding(answer: RawAnswer, holding: Holding): boolean {
  if (holding === 'absent') return answer.status === 404
  return (
    answer.status === 200 &&
    answer.headers['x-amz-meta-seed'] === holding.seed &&
    sha256Of(answer.body) === sha256Of(contentOf(holding.seed, holding.sizeBytes))
  )
}

function describe(key: string, allowed: readonly Holding[], answer: RawAnswer): string {
  const found = `${answer.status} ${answer.errorCode ?? ''} ${answer.body.length} bytes`
  const seed = String(answer.headers['x-amz-meta-seed'])
  return `${key}: expected ${JSON.stringify(allowed)}, found ${found} of ${seed}`
}

function isConnectionLost(error: unknown): boolean {
  const codes = ['ECONNRESET', 'ECONNREFUSED', 'EPIPE']
  return error instanceof Error && 'code' in error && codes.includes(String(error.code))
}
