import { expect, it } from 'vitest'
import { ReplicationCounts } from '../background/replication/replication-counts.ts'
import { MetricsText } from './metrics-text.ts'
import { writeReplication } from './write-replication.ts'

const backlog = {
  bucket: 'here',
  rule: 'rule',
  destination: 'there',
  operations: 3,
  bytes: 30,
  latencyMilliseconds: 9000,
}
const sources = {
  counts: new ReplicationCounts(),
  workers: [
    { name: 'replication', lagMilliseconds: 5000 },
    { name: 'replication to there', lagMilliseconds: 7000 },
  ],
  times: { name: 'replication-times', backlogs: [backlog] },
}

function textFor(...ours: readonly string[]): string {
  const text = new MetricsText()
  writeReplication(text, sources, { namesBuckets: true, isOurs: (worker) => ours.includes(worker) })
  return text.toString()
}

it('tells how long versions wait where this process has the lease, and not where it had it once', () => {
  const all = textFor('replication', 'replication to there', 'replication-times')
  expect(all).toContain('holdfast_replication_lag_seconds{worker="replication to there"} 7')
  expect(all).toContain(
    'holdfast_replication_rule_latency_seconds{bucket="here",rule="rule",destination="there"} 9',
  )
  const some = textFor('replication')
  expect(some).toContain('holdfast_replication_lag_seconds{worker="replication"} 5')
  expect(some).not.toMatch(/to there|^holdfast_replication_rule_latency_seconds\{/m)
})
