import type { LogSource } from '../../metadata/tables/log-tables.ts'
import type { LoggingRow } from '../../metadata/tables/rows.ts'

/** What the key of a log object is made from. */
export interface LogObjectName {
  readonly source: LogSource
  readonly logging: LoggingRow
  /** When the requests came: `2024-05-31`, UTC. */
  readonly day: string
  readonly deliveredAt: Date
  /** Carries no meaning. */
  readonly unique: string
}

/**
 * `<prefix>YYYY-mm-DD-HH-MM-SS-<unique>`, where it is partitioned behind the account, the region, the bucket and the
 * date. Source: S3 API Reference, PartitionedPrefix; S3 User Guide, "Log object key format".
 */
export function logObjectKey({ source, logging, day, deliveredAt, unique }: LogObjectName): string {
  const { targetPrefix, keyFormat } = logging
  const isByEvent = keyFormat === 'EventTime'
  const time = isByEvent ? `${day}-00-00-00` : deliveredAt.toISOString().slice(0, 19).replaceAll(/[T:]/g, '-')
  const name = `${time}-${unique}`
  if (keyFormat === undefined || keyFormat === 'Simple') return targetPrefix + name
  const { ownerAccountId, region, bucketName } = source
  const date = time.slice(0, 10).replaceAll('-', '/')
  return `${targetPrefix}${ownerAccountId}/${region}/${bucketName}/${date}/${name}`
}

/** The unique part of a new log object's key, and how long it is. */
export const UNIQUE_BYTES = 8
