import type { MetricsText } from './metrics-text.ts'

/** Upper bounds, seconds. */
const BUCKETS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60]

interface Latency {
  /** How many were within each bound and above the one before it; the last counts those above all bounds. */
  readonly counts: number[]
  sumSeconds: number
}

/** Counts what was answered, by operation and status, and how long it took. */
export class RequestMetrics {
  readonly #answers = new Map<string, Map<number, number>>()
  readonly #latencies = new Map<string, Latency>()

  observe(operation: string, status: number, milliseconds: number): void {
    const statuses = this.#answers.get(operation) ?? new Map<number, number>()
    this.#answers.set(operation, statuses)
    statuses.set(status, (statuses.get(status) ?? 0) + 1)
    const seconds = Math.max(milliseconds, 0) / 1000
    const latency = this.#latencies.get(operation) ?? {
      counts: BUCKETS_SECONDS.map(() => 0).concat(0),
      sumSeconds: 0,
    }
    this.#latencies.set(operation, latency)
    const index = BUCKETS_SECONDS.findIndex((bound) => seconds <= bound)
    const bucket = index < 0 ? BUCKETS_SECONDS.length : index
    latency.counts[bucket] = (latency.counts[bucket] ?? 0) + 1
    latency.sumSeconds += seconds
  }

  writeTo(text: MetricsText): void {
    text.family('holdfast_requests_total', 'counter', 'Answers by operation and status.')
    for (const [operation, statuses] of this.#answers) {
      for (const [status, count] of statuses) {
        text.sample('holdfast_requests_total', { operation, status: String(status) }, count)
      }
    }
    const name = 'holdfast_request_duration_seconds'
    text.family(name, 'histogram', 'From a request to the end of its answer.')
    for (const [operation, { counts, sumSeconds }] of this.#latencies) {
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
