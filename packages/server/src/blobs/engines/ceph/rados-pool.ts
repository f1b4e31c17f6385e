import { StorageFault } from '../../../base/storage-fault.ts'
import { elsewhere, type Librados, type Pointer } from './librados.ts'
import { type ObjectRead, RadosCluster, type RadosClusterOptions } from './rados-cluster.ts'
import { RadosError } from './rados-error.ts'

export interface RadosPoolOptions extends RadosClusterOptions {
  readonly pool: string
  /** Of the pool; the default one has none. */
  readonly namespace?: string | undefined
}

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

/** The objects of a pool, in one of its namespaces. A write is durable, on as many disks as the pool asks for, when it resolves. */
export class RadosPool implements AsyncDisposable {
  readonly #cluster: RadosCluster
  readonly #librados: Librados
  readonly #context: Pointer
  readonly name: string
  #isClosed = false
  #whenListed: (() => void) | undefined
  #listings = 0

  /** Throws `StorageFault` that says what to do. */
  static async open(options: RadosPoolOptions): Promise<RadosPool> {
    const cluster = await RadosCluster.connect(options)
    try {
      return new RadosPool(cluster, await cluster.openPool(options.pool), options)
    } catch (error) {
      await cluster.leave()
      throw error
    }
  }

  private constructor(cluster: RadosCluster, context: Pointer, { pool, namespace }: RadosPoolOptions) {
    this.#cluster = cluster
    this.#librados = cluster.librados
    this.#context = context
    this.name = pool
    if (namespace !== undefined) this.#librados.setNamespace(context, namespace)
    this.#librados.failWhereFull(context)
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
      await this.#start(undefined, (completion) =>
        librados.startChange(change, this.#context, completion, name, null, FULL_TRY),
      )
    } finally {
      librados.releaseChange(change)
    }
  }

  /** Fills as much of the buffer as the object has from `offset` on. The buffer is not to be used until it resolves or rejects. */
  read(name: string, into: Uint8Array, offset: number): Promise<ObjectRead> {
    return this.#start(into, (completion) =>
      this.#librados.startRead(this.#context, name, completion, into, into.length, offset),
    )
  }

  /** The names of all objects, in pages; those that come or go meanwhile may be among them. */
  async *pages(most: number): AsyncGenerator<string[]> {
    const librados = this.#librados
    this.#assertOpen()
    this.#listings++
    const end = librados.listEnd(this.#context)
    let cursor = librados.listBegin(this.#context)
    let next = librados.listBegin(this.#context)
    try {
      while (librados.listIsEnd(this.#context, cursor) === 0) {
        this.#assertOpen()
        const items = Buffer.alloc(most * ITEM_BYTES)
        const count = await elsewhere(librados.list, this.#context, cursor, end, most, null, 0, items, [next])
        if (count < 0) throw new RadosError(count)
        ;[cursor, next] = [next, cursor]
        const names = Array.from({ length: count }, (_, item) => this.#nameIn(items, item * ITEM_BYTES))
        librados.freeList(most, items)
        yield names
      }
    } finally {
      for (const each of [cursor, next, end]) librados.freeCursor(this.#context, each)
      if (--this.#listings === 0) this.#whenListed?.()
    }
  }

  #nameIn(items: Buffer, at: number): string {
    const length = Number(items.readBigUInt64LE(at))
    return this.#librados.bytesAt(items.readBigUInt64LE(at + 8), length).toString('latin1')
  }

  #start(into: Uint8Array | undefined, submit: (completion: Pointer) => number): Promise<ObjectRead> {
    this.#assertOpen()
    return this.#cluster.start(into, submit)
  }

  #assertOpen(): void {
    if (this.#isClosed) throw new StorageFault('unavailable', 'the pool of blobs is closed')
  }

  /** Waits for what is under way. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    // Another thread may still be listing.
    if (this.#listings > 0) await new Promise<void>((resolve) => (this.#whenListed = resolve))
    this.#librados.closePool(this.#context)
    await this.#cluster.leave()
  }
}
