import { entriesOf, removeRange } from '../../metadata/entries-of.ts'
import {
  analyses,
  type AnalysisRow,
  analysisDays,
  analysisTraffic,
} from '../../metadata/tables/analytics-tables.ts'
import { transact } from '../../metadata/transaction.ts'
import { readable } from '../../metadata/unreadable-rows.ts'
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
  // Nothing for a row that cannot be read.
  const known = new Map<string, AnalysisRow | undefined>()
  for await (const entry of entriesOf(metadata, analyses.range(bucket.id)))
    known.set(analyses.parts(entry.key)[1], readable(metadata, analyses, entry)?.row)
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
    // Of one whose row cannot be read the records stay.
    if (row ? !isSame : !known.has(Id)) await forgetRecords(service, bucket.id, Id)
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
