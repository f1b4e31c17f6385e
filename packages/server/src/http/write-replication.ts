import type { ReplicationCounts } from '../background/replication/replication-counts.ts'
import type { RuleBacklog } from '../background/replication/replication-times-worker.ts'
import type { MetricsText } from './metrics-text.ts'

export interface ReplicationSources {
  readonly counts: ReplicationCounts
  readonly workers: readonly { readonly name: string; readonly lagMilliseconds: number }[]
  readonly times: { readonly name: string; readonly backlogs: readonly RuleBacklog[] }
}

/**
 * How much waits is told as what is left for the workers `replication` and `replication to …`. What waits is told of by who has the
 * worker's lease alone: whoever had it before knows no better than it was then, and would tell of ever longer waits.
 */
export function writeReplication(
  text: MetricsText,
  { counts, workers, times }: ReplicationSources,
  { namesBuckets, isOurs }: { readonly namesBuckets: boolean; readonly isOurs: (worker: string) => boolean },
): void {
  const replicated = 'holdfast_replicated_versions_total'
  text.family(replicated, 'counter', 'Versions that were replicated, and changes of them.')
  text.sample(replicated, {}, counts.replicated)
  const name = 'holdfast_replication_failures_total'
  text.family(name, 'counter', 'Versions and annotations that could not be replicated, by reason.')
  for (const [reason, count] of counts.failed) text.sample(name, { reason }, count)
  const lag = 'holdfast_replication_lag_seconds'
  text.family(
    lag,
    'gauge',
    'How long the oldest version that waits for a worker has waited, where this process replicates.',
  )
  for (const { name: worker, lagMilliseconds } of workers.filter(({ name: worker }) => isOurs(worker)))
    text.sample(lag, { worker }, lagMilliseconds / 1000)
  if (!namesBuckets) return
  writeBacklogs(text, isOurs(times.name) ? times.backlogs : [])
  const failed = 'holdfast_replication_rule_failures_total'
  text.family(failed, 'counter', 'Versions that could not be replicated, by rule with metrics.')
  for (const { bucket, rule, count } of counts.failedByRule.values())
    text.sample(failed, { bucket, rule }, count)
}

/** What S3 calls operations and bytes pending replication, and replication latency. */
function writeBacklogs(text: MetricsText, backlogs: readonly RuleBacklog[]): void {
  const tell = (name: string, meaning: string, valueOf: (backlog: RuleBacklog) => number): void => {
    text.family(name, 'gauge', `${meaning}, by rule with metrics, as the last look saw it.`)
    for (const backlog of backlogs) {
      const { bucket, rule, destination } = backlog
      text.sample(name, { bucket, rule, destination }, valueOf(backlog))
    }
  }
  tell('holdfast_replication_rule_pending_operations', 'What waits to be replicated', (one) => one.operations)
  tell('holdfast_replication_rule_pending_bytes', 'Bytes that wait to be replicated', (one) => one.bytes)
  tell(
    'holdfast_replication_rule_latency_seconds',
    'How long the oldest that waits to be replicated has waited',
    (one) => one.latencyMilliseconds / 1000,
  )
}
