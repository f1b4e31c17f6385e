import type { Pointer } from './librados.ts'
import { RadosCluster, type RadosClusterOptions } from './rados-cluster.ts'

export interface PoolLinkOptions extends RadosClusterOptions {
  readonly pool: string
  /** Of the pool; the default one has none. */
  readonly namespace?: string | undefined
}

/** It stays open until it is let go of. */
export interface HeldLink extends Disposable {
  readonly link: PoolLink
  /** What the library calls the pool. */
  readonly context: Pointer
}

/** A pool as one connection to Ceph reaches it. */
export class PoolLink {
  readonly cluster: RadosCluster
  /** Whether anything that was asked of it was done. */
  hasServed = false
  readonly #context: Pointer
  #uses = 0
  #whenUnused: (() => void) | undefined

  /** Throws `StorageFault` that says what to do. */
  static async open(options: PoolLinkOptions): Promise<PoolLink> {
    const { pool, namespace } = options
    const cluster = await RadosCluster.connect(options)
    try {
      const context = await cluster.openPool(pool)
      if (namespace !== undefined) cluster.librados.setNamespace(context, namespace)
      cluster.librados.failWhereFull(context)
      return new PoolLink(cluster, context)
    } catch (error) {
      await cluster.leave()
      throw error
    }
  }

  private constructor(cluster: RadosCluster, context: Pointer) {
    this.cluster = cluster
    this.#context = context
  }

  hold(): HeldLink {
    this.#uses++
    return { link: this, context: this.#context, [Symbol.dispose]: () => this.#letGo() }
  }

  #letGo(): void {
    this.#uses--
    if (this.#uses === 0) this.#whenUnused?.()
  }

  /** Waits for what is under way, whose answers need the pool open. */
  async close(): Promise<void> {
    if (this.#uses > 0) await new Promise<void>((resolve) => (this.#whenUnused = resolve))
    this.cluster.librados.closePool(this.#context)
    await this.cluster.leave()
  }
}
