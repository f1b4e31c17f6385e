import type { RadosPoolOptions } from '../../packages/server/src/blobs/engines/ceph/rados-pool.ts'
import type { PostgresqlServer } from '../../packages/server/src/metadata/engines/postgresql/connection.ts'
import type { Endpoint } from '../base/endpoint.ts'
import type { Options } from '../base/options.ts'
import type { Floor } from '../floors/floor.ts'
import type { Holding, RunningHoldfast } from './holdfast.ts'

/** A store with a large and a small bucket; several workloads use it, so it is filled once a run. */
export interface FilledStore extends AsyncDisposable {
  readonly endpoint: Endpoint
  /** Ends the server, starts it again on the same data and returns how long it took to be ready. */
  restart(): Promise<number>
}

/** What a workload works with. Everything started through it ends with the resources it was started for. */
export interface Bench {
  readonly options: Options
  /** What else to compare with: a Holdfast that has lived, or one of several processes, where they are asked for, and other servers. */
  others(): Promise<readonly Endpoint[]>
  /** A new, empty database of the run's own PostgreSQL. */
  newDatabase(): Promise<PostgresqlServer>
  /** A part of the pool of the run's own Ceph that nobody else uses. */
  newNamespace(): Promise<RadosPoolOptions>
  /** A new folder, removed with the resources. */
  newDirectory(resources: AsyncDisposableStack): Promise<string>
  startFloor(resources: AsyncDisposableStack, floor: Floor): Promise<Endpoint>
  /** Holdfast on an empty store; in a self-check the floor that the workload would compare it with. */
  startServer(resources: AsyncDisposableStack, selfCheck: Floor): Promise<Endpoint>
  startHoldfast(directory: string, how?: Holding): Promise<RunningHoldfast>
  /** A store with a bucket of `options.objects`, made at the first call and kept until the run ends. */
  filledStore(): Promise<FilledStore>
  /** A store with a bucket of so many objects, written past the server; made once a run for each number. */
  scaledStore(objects: number): Promise<FilledStore>
  /** Does a piece of preparation at most once a run. */
  once<Value>(name: string, work: () => Promise<Value>): Promise<Value>
}
