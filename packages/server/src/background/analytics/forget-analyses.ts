import { entriesOf } from '../../metadata/entries-of.ts'
import {
  analyses,
  analysisDays,
  analysisTraffic,
  analysisWalks,
} from '../../metadata/tables/analytics-tables.ts'
import { transact } from '../../metadata/transaction.ts'
import { readable } from '../../metadata/unreadable-rows.ts'
import { ANALYTICS } from '../../s3/shared/bucket/analytics-configurations.ts'
import type { S3Service } from '../../s3/shared/service/service.ts'
import { isConfigured } from '../configured-buckets.ts'
import { forgetRecords } from './begin-analyses.ts'

/** Forgets the analyses of configurations that are gone, and of buckets that are. */
export async function forgetAnalyses(service: S3Service): Promise<void> {
  const { metadata } = service.stores
  const kept = new Set<string>()
  for await (const entry of entriesOf(metadata, analyses.range())) {
    const found = readable(metadata, analyses, entry)
    if (!found) continue
    const [bucketId, configurationId] = found.parts
    if (await isConfigured(service, ANALYTICS, found.parts, found.row.bucketName)) {
      kept.add(bucketId)
      continue
    }
    await forgetRecords(service, bucketId, configurationId)
    await transact(metadata, async (transaction) => {
      transaction.expect(entry.key, entry.stamp)
      transaction.remove(analyses, bucketId, configurationId)
    })
  }
  await forgetStray(service)
  for await (const { key } of entriesOf(metadata, analysisWalks.range())) {
    const [bucketId] = analysisWalks.parts(key)
    if (kept.has(bucketId)) continue
    await transact(metadata, async (transaction) => transaction.remove(analysisWalks, bucketId))
  }
}

/**
 * Rows of analyses that there are not: what was counted for a configuration while it was deleted, or before its analysis began. Looks at one
 * row of each.
 */
async function forgetStray(service: S3Service): Promise<void> {
  const { metadata } = service.stores
  for (const table of [analysisDays, analysisTraffic]) {
    const { end, start: first } = table.range()
    for (let start = first; ;) {
      const [entry] = await metadata.scan({ start, end, limit: 1 })
      if (!entry) break
      const [bucketId, configurationId] = table.parts(entry.key)
      const analysis = await metadata.get(analyses.key(bucketId, configurationId))
      if (!analysis) await forgetRecords(service, bucketId, configurationId)
      start = table.range(bucketId, configurationId).end
    }
  }
}
