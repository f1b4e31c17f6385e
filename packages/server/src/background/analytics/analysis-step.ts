import { isDeepStrictEqual } from 'node:util'
import {
  analyses,
  type AnalysisRow,
  analysisWalks,
  type AnalysisWalkRow,
  type StorageRow,
} from '../../metadata/tables/analytics-tables.ts'
import type { Transaction } from '../../metadata/transaction.ts'
import type { AnalyticsConfiguration } from '../../model/types.gen.ts'
import type { S3Service } from '../../s3/shared/service/service.ts'
import type { ReportSource } from '../inventory/report-writer.ts'

/** Thrown where another process has gone on with the same analysis. */
export class AnalysisChanged extends Error {
  override readonly name = 'AnalysisChanged'
}

/** A configuration, and how far its analysis is. */
export interface Analysis {
  readonly configuration: AnalyticsConfiguration
  readonly row: AnalysisRow
}

/** The analyses of one bucket, as a step sees them. */
export interface BucketAnalyses {
  readonly service: S3Service
  readonly source: ReportSource
  readonly all: readonly Analysis[]
  /** The day that it is. */
  readonly today: number
  readonly signal: AbortSignal
}

/** Those whose first day is over by a day. */
export function observedBy(day: number, all: readonly Analysis[]): readonly Analysis[] {
  return all.filter(({ row }) => row.sinceDay < day)
}

/** What a walk has counted for a configuration, whose id may be the name of what all objects have. */
export function storageOf({ storage }: AnalysisWalkRow, id: string): StorageRow | undefined {
  return Object.hasOwn(storage, id) ? storage[id] : undefined
}

/** Throws `AnalysisChanged` unless the walk is where it was. */
export async function goOnWalking(
  transaction: Transaction,
  bucketId: string,
  before: AnalysisWalkRow | undefined,
  after: AnalysisWalkRow,
): Promise<void> {
  const now = await transaction.getIfReadable(analysisWalks, bucketId)
  if (!isDeepStrictEqual(now, before)) throw new AnalysisChanged()
  transaction.put(analysisWalks, [bucketId], after)
}

/** The same of one analysis. */
export async function goOnAnalyzing(
  transaction: Transaction,
  bucketId: string,
  { configuration: { Id }, row }: Analysis,
  after: AnalysisRow,
): Promise<void> {
  const now = await transaction.get(analyses, bucketId, Id)
  if (!isDeepStrictEqual(now, row)) throw new AnalysisChanged()
  transaction.put(analyses, [bucketId, Id], after)
}
