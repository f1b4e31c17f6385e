import type { Load } from '../load/load.ts'
import type { Bench } from './bench.ts'

/** One of those that take turns: the floor, Holdfast, another S3 endpoint. */
export interface Contender {
  readonly name: string
  /** The process whose CPU time and memory are read; absent for an endpoint that is not ours. */
  readonly pid?: number
  /** Of several, in place of `pid`. */
  readonly nodes?: readonly number[]
  readonly isCompared?: boolean
  /** Brings the process to where it is after some time of use, once, before the first round. */
  warmUp?(): Promise<void>
  /** Gets ready for a round, outside the measurement. */
  beforeRound?(round: number, seconds: number): Promise<void>
  run(round: number, seconds: number): Promise<Load>
  /** Tidies up after a round, outside the measurement. */
  afterRound?(round: number): Promise<void>
}

export interface Sample {
  /** Units per second. */
  readonly rate: number
  readonly cpuSecondsPerUnit: number | undefined
  readonly latency: Load['latency']
  /** The share of one core that the client used. */
  readonly clientLoad: number | undefined
}

export interface Result {
  readonly contender: string
  /** Whether Holdfast is compared with it. */
  readonly isCompared: boolean
  readonly samples: readonly Sample[]
  /** Since the process started; undefined where it is not ours. */
  readonly peakRssBytes: number | undefined
  /** The most at which it was seen without pages of files that it maps. */
  readonly peakOwnBytes: number | undefined
}

/** What the figure of a contender must be. */
export interface Check {
  readonly what: string
  readonly figure: number
  readonly limit: number
  readonly sense: 'at least' | 'at most'
}

export type Measure = 'requests' | 'bytes' | 'seconds'

export interface Workload {
  readonly name: string
  /** One line for the report: sizes, connections, what the floor is. */
  readonly about: string
  readonly measure: Measure
  /** Rounds are this many at most (for those that move gigabytes). */
  readonly mostRounds?: number
  /** The first contender is the floor, the second Holdfast. */
  prepare(bench: Bench, resources: AsyncDisposableStack): Promise<Contender[]>
  checks?(results: readonly Result[]): Check[]
}
