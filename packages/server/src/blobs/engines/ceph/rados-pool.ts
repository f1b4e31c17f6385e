import { systemClock } from '../../../base/clock.ts'
import type { Soon } from '../../../base/soon.ts'
import { StorageFault } from '../../../base/storage-fault.ts'
import { ignoringFaults } from '../attempt.ts'
import { elsewhere, type Librados, type Pointer } from './librados.ts'
import { type HeldLink, PoolLink, type PoolLinkOptions } from './pool-link.ts'
import type { ObjectRead } from './rados-cluster.ts'
import { isShutOut, RadosError } from './rados-error.ts'

export type RadosPoolOptions = PoolLinkOptions

/** What is done to one object, all or nothing. */
export interface ObjectChange {
  /** One behind the other; the bytes are copied at once. */
  readonly pieces?: readonly Uint8Array[]
  /** Where the first one goes; without it they take the place of all the object has. */
  readonly offset?: number
  readonly remove?: true
  /** Fails (`isChanged`) unless the object is absent, or has just this version. */
  readonly expect?: 'absent' | bigint | undefined
}

/** Of `rados_object_list_item`: three lengths, each followed by an address. */
const ITEM_BYTES = 48
/** LIBRADOS_OPERATION_FULL_TRY: fails where the cluster is full, and does not wait. */
const FULL_TRY = 64
/** So long a new client that was shut out before it did anything is kept: where a whole machine is shut out, each of them is. */
const RENEWAL_MILLISECONDS = 10_000

/**
 * The objects of a pool, in one of its namespaces. A write is durable, on as many disks as the pool asks for, when it resolves. Where
 * Ceph shuts this client out (`ceph osd blocklist add`), which is for good, what is under way fails, and a new client goes on.
 */
export class RadosPool implements AsyncDisposable {
  readonly #options: RadosPoolOptions
  readonly #librados: Librados
  #link: PoolLink
  #renewing: Promise<void> | undefined
  #renewedAt = -Infinity
  readonly #closing = new Set<Promise<void>>()
  #isClosed = false

  /** Throws `StorageFault` that says what to do. */
  static async open(options: RadosPoolOptions): Promise<RadosPool> {
    return new RadosPool(options, await PoolLink.open(options))
  }

  private constructor(options: RadosPoolOptions, link: PoolLink) {
    this.#options = options
    this.#link = link
    this.#librados = link.cluster.librados
  }

  get name(): string {
    return this.#options.pool
  }

  async change(name: string, { pieces = [], offset, remove, expect }: ObjectChange): Promise<void> {
    const librados = this.#librados
    const change = librados.createChange()
    try {
      if (expect === 'absent') librados.addExclusive(change, 1, null)
      else if (expect !== undefined) librados.addVersion(change, expect)
      if (remove) librados.addRemoval(change)
      let at = offset
      for (const piece of pieces) {
        if (at === undefined) librados.addWhole(change, piece, piece.length)
        else librados.addBytes(change, piece, piece.length, at)
        at = (at ?? 0) + piece.length
      }
      await this.#start(undefined, (context, completion) =>
        librados.startChange(change, context, completion, name, null, FULL_TRY),
      )
    } finally {
      librados.releaseChange(change)
    }
  }

  /** Fills as much of the buffer as the object has from `offset` on. The buffer is not to be used until it resolves or rejects. */
  async read(name: string, into: Uint8Array, offset: number): Promise<ObjectRead> {
    const read = (): Promise<ObjectRead> =>
      this.#start(into, (context, completion) =>
        this.#librados.startRead(context, name, completion, into, into.length, offset),
      )
    const link = this.#link
    try {
      return await read()
    } catch (error) {
      // Not so with a write: nobody knows then whether it was done.
      if (isShutOut(error)) await this.#renewing
      if (!isShutOut(error) || link === this.#link) throw error
      return read()
    }
  }

  /** The names of all objects, in pages; those that come or go meanwhile may be among them. */
  async *pages(most: number): AsyncGenerator<string[]> {
    const librados = this.#librados
    using held = await this.#hold()
    const { context, link } = held
    const end = librados.listEnd(context)
    let cursor = librados.listBegin(context)
    let next = librados.listBegin(context)
    try {
      while (librados.listIsEnd(context, cursor) === 0) {
        this.#assertOpen()
        const items = Buffer.alloc(most * ITEM_BYTES)
        const count = await elsewhere(librados.list, context, cursor, end, most, null, 0, items, [next])
        if (count < 0) throw this.#failed(link, new RadosError(count))
        ;[cursor, next] = [next, cursor]
        const names = Array.from({ length: count }, (_, item) => this.#nameIn(items, item * ITEM_BYTES))
        librados.freeList(most, items)
        yield names
      }
    } finally {
      for (const each of [cursor, next, end]) librados.freeCursor(context, each)
    }
  }

  #nameIn(items: Buffer, at: number): string {
    const length = Number(items.readBigUInt64LE(at))
    return this.#librados.bytesAt(items.readBigUInt64LE(at + 8), length).toString('latin1')
  }

  async #start(
    into: Uint8Array | undefined,
    submit: (context: Pointer, completion: Pointer) => number,
  ): Promise<ObjectRead> {
    using held = await this.#hold()
    try {
      const done = await held.link.cluster.start(into, (completion) => submit(held.context, completion))
      held.link.hasServed = true
      return done
    } catch (error) {
      throw this.#failed(held.link, error)
    }
  }

  #hold(): Soon<HeldLink> {
    this.#assertOpen()
    return this.#renewing ? this.#renewing.then(() => this.#hold()) : this.#link.hold()
  }

  #failed(link: PoolLink, error: unknown): unknown {
    const isDue = link.hasServed || systemClock.elapsedMilliseconds() - this.#renewedAt > RENEWAL_MILLISECONDS
    if (isShutOut(error) && link === this.#link && isDue && !this.#isClosed) this.#renewing ??= this.#renew()
    return error
  }

  /** Never rejects: where there is no new client, the old one goes on failing until the next is due. */
  async #renew(): Promise<void> {
    const old = this.#link
    old.cluster.retire()
    try {
      this.#link = await PoolLink.open(this.#options)
      this.#close(old)
    } catch {
    } finally {
      this.#renewedAt = systemClock.elapsedMilliseconds()
      this.#renewing = undefined
    }
  }

  #close(link: PoolLink): void {
    const closing = ignoringFaults(link.close()).then(() => void this.#closing.delete(closing))
    this.#closing.add(closing)
  }

  #assertOpen(): void {
    if (this.#isClosed) throw new StorageFault('unavailable', 'the pool of blobs is closed')
  }

  /** Waits for what is under way. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    await this.#renewing
    await Promise.all([...this.#closing, this.#link.close()])
  }
}
