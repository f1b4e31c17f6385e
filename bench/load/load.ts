/** What one measured stretch of load did. */
export interface Load {
  /** Requests, bytes or starts, as the workload counts. */
  readonly units: number
  readonly seconds: number
  /** Milliseconds, of single requests; absent where a client does not time them. */
  readonly latency?: { readonly p50: number; readonly p99: number }
  /** CPU time of the load generator; near `seconds`, it was the client that was measured. */
  readonly clientCpuSeconds?: number
}
