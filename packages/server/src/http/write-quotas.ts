import type { FullestQuotas } from '../background/usage/fullest-quotas.ts'
import type { MetricsText } from './metrics-text.ts'

type Quota = FullestQuotas['fullest'][number]

const METRICS: readonly (readonly [
  name: string,
  help: string,
  amountOf: (quota: Quota) => number | undefined,
])[] = [
  ['holdfast_quota_bytes', 'What a bucket or an account may hold.', (quota) => quota.maximumBytes],
  ['holdfast_quota_used_bytes', 'What one with a quota holds.', (quota) => quota.used?.bytes],
  ['holdfast_quota_objects', 'Object versions that it may hold.', (quota) => quota.maximumObjects],
  ['holdfast_quota_used_objects', 'Object versions that it holds.', (quota) => quota.used?.objects],
]

/** The quotas that are used the most, and how much that is. */
export function writeQuotas(text: MetricsText, { fullest, fullestRatio }: FullestQuotas): void {
  text.gauge('holdfast_quota_fullest_ratio', 'Of all quotas the largest share that is used.', fullestRatio)
  for (const [name, help, amountOf] of METRICS) {
    text.family(name, 'gauge', help)
    for (const quota of fullest) {
      const amount = amountOf(quota)
      if (amount !== undefined) text.sample(name, { scope: quota.scope, name: quota.name }, amount)
    }
  }
}
