import { removeRange } from '../../metadata/entries-of.ts'
import {
  analyses,
  type AnalysisRow,
  analysisDays,
  analysisTraffic,
} from '../../metadata/tables/analytics-tables.ts'
import { transact } from '../../metadata/transaction.ts'
import { readableRows } from '../../metadata/unreadable-rows.ts'
import { ANALYTICS } from '../../s3/shared/bucket/analytics-configurations.ts'
import { readConfigurations } from '../../s3/shared/bucket/configuration-list.ts'
import type { S3Service } from '../../s3/shared/service/service.ts'
import type { ReportSource } from '../inventory/report-writer.ts'
import type { Analysis } from './analysis-step.ts'

/**
 * The analyses of a bucket's configurations. One that is new, or whose filter is another by now, begins with the next day, so that
 * whole days alone are told of. A clock set back must not keep it waiting.
 */
export async function beginAnalyses(
  service: S3Service,
  { bucketName, bucket }: ReportSource,
  today: number,
): Promise<readonly Analysis[]> {
  const { metadata } = service.stores
  const known = new Map<string, AnalysisRow>()
  for await (const { parts, row } of readableRows(metadata, analyses, analyses.range(bucket.id)))
    known.set(parts[1], row)
  const found: Analysis[] = []
  for (const configuration of await readConfigurations(service, bucket, ANALYTICS)) {
    const { Id, Filter } = configuration
    const filter = JSON.stringify(Filter ?? {})
    const row = known.get(Id)
    const isSame = row?.filter === filter
    if (isSame && row.sinceDay <= today + 1) {
      found.push({ configuration, row })
      continue
    }
    if (!isSame) await forgetRecords(service, bucket.id, Id)
    const begun = { ...(isSame && row), bucketName, filter, sinceDay: today + 1 }
    await transact(metadata, async (transaction) => {
      transaction.put(analyses, [bucket.id, Id], begun)
    })
    found.push({ configuration, row: begun })
  }
  return found
}

/** All that was recorded for a configuration, and what was yet to be. */
export async function forgetRecords(
  { stores }: Pick<S3Service, 'stores'>,
  bucketId: string,
  configurationId: string,
): Promise<void> {
  for (const table of [analysisDays, analysisTraffic])
    await removeRange(stores.metadata, table.range(bucketId, configurationId))
}
