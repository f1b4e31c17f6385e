import type { Clock } from '../../../base/clock.ts'
import type { Random } from '../../../base/random.ts'
import type { LogTarget } from './log-target.ts'

/** Carries no meaning but that no two keys are the same. */
const UNIQUE_BYTES = 8

/**
 * `<prefix>YYYY-mm-DD-HH-MM-SS-<unique>`, where it is partitioned behind the account, the region, the bucket and the
 * date. `day` is that of the requests: `2024-05-31`, UTC. Source: S3 API Reference, PartitionedPrefix; S3 User Guide,
 * "Log object key format".
 */
export function newLogObjectKey(
  { clock, random }: { readonly clock: Clock; readonly random: Random },
  { source, logging }: LogTarget,
  day: string,
): string {
  const { targetPrefix, keyFormat } = logging
  const now = clock.now().toISOString().slice(0, 19).replaceAll(/[T:]/g, '-')
  const time = keyFormat === 'EventTime' ? `${day}-00-00-00` : now
  const name = `${time}-${random.bytes(UNIQUE_BYTES).toString('hex').toUpperCase()}`
  if (keyFormat === undefined || keyFormat === 'Simple') return targetPrefix + name
  const { ownerAccountId, region, bucketName } = source
  const date = time.slice(0, 10).replaceAll('-', '/')
  return `${targetPrefix}${ownerAccountId}/${region}/${bucketName}/${date}/${name}`
}
