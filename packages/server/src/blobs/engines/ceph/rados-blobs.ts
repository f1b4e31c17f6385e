import { type Clock, systemClock } from '../../../base/clock.ts'
import { type Random, systemRandom } from '../../../base/random.ts'
import { StorageFault } from '../../../base/storage-fault.ts'
import type {
  BlobBatch,
  BlobId,
  BlobQuarantine,
  BlobStore,
  ByteRange,
  WrittenBlob,
} from '../../blob-store.ts'
import { untilAborted } from '../../until-aborted.ts'
import { ignoringFaults } from '../attempt.ts'
import { attempt } from './rados-fault.ts'
import { ChanceBatches } from '../chance-batches.ts'
import { AbandonedWrites, markerName, type SignsOfLife, type WriteUnderWay } from './abandoned-writes.ts'
import { stripesOf } from './blob-head.ts'
import {
  type FoundHead,
  readHead,
  removeHead,
  removeObject,
  removeStripes,
  writeHead,
} from './rados-heads.ts'
import type { ObjectChange, RadosPool } from './rados-pool.ts'
import { RadosQuarantine } from './rados-quarantine.ts'
import { readStripes, tooShort } from './stripe-reader.ts'
import { STRIPE_BYTES, StripeWriter } from './stripe-writer.ts'

export interface RadosBlobsOptions {
  /** Closed with the store. */
  readonly pool: RadosPool
  readonly random?: Random
  readonly clock?: Clock
  /** As for `openFileBlobs`. */
  readonly batches?: { current(): Promise<BlobBatch> }
  /** Called before the first blob of a batch that is newer than those before. */
  readonly reach?: (batch: number) => Promise<void>
  /** Throws `StorageFault('away')` where the pool is not the store's any more. Default: it always is. */
  readonly assertOurs?: () => Promise<void>
  /** Clears nothing away. */
  readonly readOnly?: boolean
  /** How long a write must have shown no sign of life to count as left behind. Default: an hour. */
  readonly abandonedAfterMilliseconds?: number
}

const BLOB_ID = /^[0-9a-f]{32}$/
const PAGE = 1000
/** What is read with a head, so that a small blob costs one round trip. */
const WITH_HEAD_BYTES = 1024 * 1024
const REMOVE_ATTEMPTS = 5

/**
 * Blobs in a pool of Ceph. A small blob is one object, `<id>`: a head and the bytes. A large one has its bytes in stripes,
 * `<data>.<number>`, and its head is written when they are durable, so that a head always means a whole blob.
 */
export function openRadosBlobs(options: RadosBlobsOptions): BlobStore {
  return new RadosBlobs(options)
}

class RadosBlobs implements BlobStore {
  readonly removalEndsReads = true
  readonly #pool: RadosPool
  readonly #random: Random
  readonly #batches: { current(): Promise<BlobBatch> }
  readonly #reach: (batch: number) => Promise<void>
  readonly #assertOurs: () => Promise<void>
  readonly #isReadOnly: boolean
  readonly #abandoned: AbandonedWrites
  readonly #tidying = new Set<Promise<void>>()
  #reached = 0
  readonly quarantine: BlobQuarantine

  constructor(options: RadosBlobsOptions) {
    const { pool, random = systemRandom, clock = systemClock } = options
    this.#pool = pool
    this.#random = random
    this.#batches = options.batches ?? new ChanceBatches(random)
    this.#reach = options.reach ?? (async () => {})
    this.#assertOurs = options.assertOurs ?? (async () => {})
    this.#isReadOnly = options.readOnly ?? false
    this.#abandoned = new AbandonedWrites(pool, clock, options.abandonedAfterMilliseconds ?? 3_600_000)
    this.quarantine = new RadosQuarantine(pool, clock)
  }

  async write(bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<WrittenBlob> {
    const { prefix, number } = await this.#batches.current()
    if (number > this.#reached) {
      await attempt('note a batch of blobs', () => this.#reach(number))
      this.#reached = Math.max(this.#reached, number)
    }
    const id = prefix + this.#random.bytes(16).toString('hex').slice(prefix.length)
    const sizeBytes = await this.#writeAs({ id, data: id }, 'absent', bytes, signal)
    return { id, sizeBytes }
  }

  async replace(id: BlobId, bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void> {
    if (!BLOB_ID.test(id)) throw new StorageFault('corrupt', 'no blob has such an id')
    const before = await readHead(this.#pool, id).catch(whatIsThere)
    const expect = before === 'damaged' ? undefined : (before?.version ?? 'absent')
    const old = before === 'damaged' ? undefined : before?.head
    // Its stripes are nobody's as soon as the head has others.
    const isLeft = old !== undefined && old.kind !== 'inline'
    if (isLeft) await this.#abandoned.mark({ id, data: old.data })
    await this.#writeAs({ id, data: this.#random.bytes(16).toString('hex') }, expect, bytes, signal)
    if (!isLeft) return
    await removeStripes(this.#pool, old.data, stripesOf(old))
    await removeObject(this.#pool, markerName(old.data))
  }

  async #writeAs(
    blob: WriteUnderWay,
    expect: ObjectChange['expect'],
    bytes: AsyncIterable<Uint8Array>,
    signal: AbortSignal,
  ): Promise<number> {
    const signs = this.#abandoned.begin(blob)
    const writer = new StripeWriter(this.#pool, blob.data, () => signs.first())
    let isPublishing = false
    try {
      for await (const chunk of untilAborted(bytes, signal)) {
        const taken = chunk.length > 0 ? writer.add(chunk) : undefined
        if (taken) await taken
        await signs.another()
      }
      const { sizeBytes } = writer
      const inline = await writer.finish()
      signal.throwIfAborted()
      isPublishing = true
      const isWritten = await writeHead(
        this.#pool,
        blob.id,
        {
          kind: inline ? 'inline' : 'striped',
          stripeBytes: STRIPE_BYTES,
          sizeBytes,
          data: blob.data,
          sinceMilliseconds: 0,
        },
        { expect, ...(inline && { bytes: inline }) },
      )
      const isOurs = isWritten || (await this.#isThereAsOurs(blob, sizeBytes))
      this.#tidy(isOurs ? signs.end() : this.#undo(blob, writer, signs))
      return sizeBytes
    } catch (error) {
      this.#tidy(isPublishing ? this.#undoPublished(blob, writer, signs) : this.#undo(blob, writer, signs))
      throw error
    } finally {
      this.#tidy(writer.settle())
    }
  }

  /**
   * Of a head that was there before: who puts the same blob back at once may have been first, or it is this write's own, which
   * was sent twice. Throws where it is neither.
   */
  async #isThereAsOurs({ id, data }: WriteUnderWay, sizeBytes: number): Promise<boolean> {
    const found = await readHead(this.#pool, id)
    if (found && found.head.kind !== 'gone' && found.head.sizeBytes === sizeBytes)
      return found.head.data === data
    throw new StorageFault('unavailable', `blob ${id} took so long that it counted as left behind`)
  }

  async #undo({ data }: WriteUnderWay, writer: StripeWriter, signs: SignsOfLife): Promise<void> {
    await writer.settle()
    await removeStripes(this.#pool, data, writer.stripes)
    await signs.end()
  }

  /** Nobody knows whether the head was written. */
  async #undoPublished(blob: WriteUnderWay, writer: StripeWriter, signs: SignsOfLife): Promise<void> {
    const found = await readHead(this.#pool, blob.id)
    if (found?.head.data === blob.data) await this.remove(blob.id)
    await this.#undo(blob, writer, signs)
  }

  /** What need not be waited for, and may fail: the sweep does it then. */
  #tidy(work: Promise<void>): void {
    const tidying = ignoringFaults(work).then(() => void this.#tidying.delete(tidying))
    this.#tidying.add(tidying)
  }

  async *read(id: BlobId, range: ByteRange, signal: AbortSignal, unitBytes = 1): AsyncGenerator<Uint8Array> {
    signal.throwIfAborted()
    const withHead = range.end <= WITH_HEAD_BYTES ? range.end : 0
    const { head, bytes } = await this.#find(id, withHead)
    signal.throwIfAborted()
    if (head.sizeBytes < range.end) throw tooShort()
    if (range.start === range.end) return
    if (head.kind === 'inline' && withHead > 0) {
      if (bytes.length < range.end) throw tooShort()
      yield bytes.subarray(range.start, range.end)
      return
    }
    yield* readStripes(this.#pool, { id, head }, range, signal, unitBytes)
  }

  async sizeOf(id: BlobId): Promise<number> {
    return (await this.#find(id)).head.sizeBytes
  }

  async #find(id: BlobId, bytes = 0): Promise<FoundHead> {
    if (!BLOB_ID.test(id)) throw new StorageFault('corrupt', 'no blob has such an id')
    const found = await readHead(this.#pool, id, bytes)
    if (found && found.head.kind !== 'gone') return found
    await attempt('look for the pool of blobs', this.#assertOurs)
    throw new StorageFault('corrupt', `blob ${id} is missing`)
  }

  async remove(id: BlobId): Promise<void> {
    if (!BLOB_ID.test(id)) return
    for (let attempts = 0; attempts < REMOVE_ATTEMPTS; attempts++) {
      const found = await readHead(this.#pool, id).catch(whatIsThere)
      if (found === 'damaged') return void (await removeObject(this.#pool, id))
      if (!found) return attempt('look for the pool of blobs', this.#assertOurs)
      if (await this.#removeFound(id, found)) return
    }
    throw new StorageFault('unavailable', `blob ${id} is written again and again`)
  }

  /** False where the blob is another by now. */
  async #removeFound(id: BlobId, { head, version }: FoundHead): Promise<boolean> {
    if (head.kind === 'inline') return removeHead(this.#pool, id, version)
    // Gone before its first stripe is, so that nobody finds a half.
    if (head.kind === 'striped') {
      const isGone = await writeHead(this.#pool, id, { ...head, kind: 'gone' }, { expect: version })
      if (!isGone) return false
    }
    await removeStripes(this.#pool, head.data, stripesOf(head))
    const gone = await readHead(this.#pool, id)
    if (gone?.head.kind === 'gone') await removeHead(this.#pool, id, gone.version)
    return true
  }

  async *list(): AsyncGenerator<BlobId> {
    await attempt('look for the pool of blobs', this.#assertOurs)
    for await (const names of listing(this.#pool)) {
      for (const name of names) if (BLOB_ID.test(name)) yield name
      if (!this.#isReadOnly) await this.#abandoned.clear(names)
    }
  }

  async awayPlaces(): Promise<string[]> {
    try {
      await this.#assertOurs()
      return []
    } catch {
      return [this.#pool.name]
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    while (this.#tidying.size > 0) await Promise.all(this.#tidying)
    await this.#pool[Symbol.asyncDispose]()
  }
}

async function* listing(pool: RadosPool): AsyncGenerator<string[]> {
  const pages = pool.pages(PAGE)
  for (;;) {
    const page = await attempt('list blobs', () => pages.next())
    if (page.done) return
    yield page.value
  }
}

function whatIsThere(error: unknown): 'damaged' {
  if (error instanceof StorageFault && error.kind === 'corrupt') return 'damaged'
  throw error
}
