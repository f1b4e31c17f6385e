import type { MetricsText } from './metrics-text.ts'

/** Upper bounds, seconds: from a small object out of memory to a large one that is uploaded. */
const BUCKETS_SECONDS = [
  0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 300,
]

interface Latency {
  /** How many were within each bound and above the one before it; the last counts those above all bounds. */
  readonly counts: number[]
  sumSeconds: number
}

interface Seen {
  /** How many were answered with each status. */
  readonly statuses: Map<number, number>
  readonly latency: Latency
}

/** Counts what was answered, by operation and status, and how long it took. */
export class RequestMetrics {
  readonly #seen = new Map<string, Seen>()

  observe(operation: string, status: number, milliseconds: number): void {
    const { statuses, latency } = this.#seen.get(operation) ?? this.#begin(operation)
    statuses.set(status, (statuses.get(status) ?? 0) + 1)
    const seconds = Math.max(milliseconds, 0) / 1000
    const index = BUCKETS_SECONDS.findIndex((bound) => seconds <= bound)
    const bucket = index < 0 ? BUCKETS_SECONDS.length : index
    latency.counts[bucket] = (latency.counts[bucket] ?? 0) + 1
    latency.sumSeconds += seconds
  }

  #begin(operation: string): Seen {
    const latency = { counts: BUCKETS_SECONDS.map(() => 0).concat(0), sumSeconds: 0 }
    const seen = { statuses: new Map<number, number>(), latency }
    this.#seen.set(operation, seen)
    return seen
  }

  writeTo(text: MetricsText): void {
    text.family('holdfast_requests_total', 'counter', 'Answers by operation and status.')
    for (const [operation, { statuses }] of this.#seen) {
      for (const [status, count] of statuses) {
        text.sample('holdfast_requests_total', { operation, status: String(status) }, count)
      }
    }
    const name = 'holdfast_request_duration_seconds'
    text.family(name, 'histogram', 'From a request to the end of its answer.')
    for (const [operation, { latency }] of this.#seen) {
      const { counts, sumSeconds } = latency
      let below = 0
      for (const [index, count] of counts.entries()) {
        below += count
        text.sample(`${name}_bucket`, { operation, le: String(BUCKETS_SECONDS[index] ?? '+Inf') }, below)
      }
      text.sample(`${name}_sum`, { operation }, sumSeconds)
      text.sample(`${name}_count`, { operation }, below)
    }
  }
}
