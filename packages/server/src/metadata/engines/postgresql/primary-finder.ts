import { StorageFault } from '../../../base/storage-fault.ts'

/** What a server says of itself once it is connected to. */
export interface ServerState {
  readonly isStandby: boolean
  /** Of its log: a standby that was promoted has a higher one. */
  readonly timeline: number
}

/**
 * Of the servers of one cluster the one that all connections of a store go to: the last that was found to be right comes first. A server of
 * an older timeline than one that was met is what was before a failover: it may take commits that nobody else will see.
 */
export class PrimaryFinder<Server> {
  readonly #servers: readonly Server[]
  #preferred = 0
  #newest = 0

  constructor(servers: readonly Server[]) {
    this.#servers = servers
  }

  get count(): number {
    return this.#servers.length
  }

  /** In the order to try them. */
  candidates(): Server[] {
    return [...this.#servers.slice(this.#preferred), ...this.#servers.slice(0, this.#preferred)]
  }

  /** Throws for one that is not to be used. */
  accept(server: Server, { isStandby, timeline }: ServerState): void {
    if (isStandby) throw new StorageFault('readOnly', 'the PostgreSQL server is a standby')
    if (timeline < this.#newest)
      throw new StorageFault('readOnly', 'the PostgreSQL server is one that a standby has taken the place of')
    this.#newest = timeline
    this.#preferred = Math.max(0, this.#servers.indexOf(server))
  }
}
