import { setImmediate as nextTurn } from 'node:timers/promises'
import { analysisDays } from '../../metadata/tables/analytics-tables.ts'
import { readableRows } from '../../metadata/unreadable-rows.ts'
import { exportDestination, exportKey } from '../../s3/operations/analytics/export-destination.ts'
import type { S3Service } from '../../s3/shared/service/service.ts'
import { ReportWriter } from '../inventory/report-writer.ts'
import { type Analysis, type BucketAnalyses, goOnAnalyzing } from './analysis-step.ts'
import { type ExportedDay, exportTexts } from './export-file.ts'

/** Whether there is a record that was not exported, and is to be. */
export function isExportDue({ configuration, row }: Analysis): boolean {
  const isNew = row.recordedDay !== undefined && row.recordedDay !== row.exportedDay
  return isNew && exportDestination(configuration) !== undefined
}

/**
 * Writes all records of an analysis into its file, in place of the one of the day before. Throws what S3 answers where the
 * destination does not take it.
 */
export async function exportAnalysis(
  { service, source, signal }: BucketAnalyses,
  analysis: Analysis,
): Promise<void> {
  const { configuration, row } = analysis
  const destination = exportDestination(configuration)
  if (!destination) return
  const days = await recordedDays(service, source.bucket.id, configuration.Id)
  const { refused: _, ...rest } = row
  const exported = { ...rest, exportedDay: row.recordedDay }
  await new ReportWriter(service, destination, source, signal).write({
    key: exportKey(source.bucketName, configuration),
    contentType: 'text/csv',
    bytes: encoded(exportTexts(configuration, days)),
    also: (transaction) => goOnAnalyzing(transaction, source.bucket.id, analysis, exported),
  })
}

async function recordedDays(
  { stores, settings }: S3Service,
  bucketId: string,
  configurationId: string,
): Promise<readonly ExportedDay[]> {
  const range = analysisDays.range(bucketId, configurationId)
  const days: ExportedDay[] = []
  for await (const { parts, row } of readableRows(stores.metadata, analysisDays, range))
    days.push({ date: new Date(parts[2] * settings.dayMilliseconds), row })
  return days
}

async function* encoded(texts: Iterable<string>): AsyncGenerator<Uint8Array> {
  for (const text of texts) {
    yield Buffer.from(text)
    // Requests come between age groups.
    await nextTurn()
  }
}
