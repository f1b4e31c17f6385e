import {
  ANALYZED_CLASSES,
  analysisDays,
  type AnalysisDayRow,
  analysisTraffic,
  type AnalysisWalkRow,
  type TrafficRow,
} from '../../metadata/tables/analytics-tables.ts'
import { transact, type Transaction } from '../../metadata/transaction.ts'
import { readableRows } from '../../metadata/unreadable-rows.ts'
import { noTraffic, sumOfTraffic } from '../../s3/shared/analyzing/analyzed-traffic.ts'
import { OBSERVED_DAYS, recordOfDay } from './access-ratios.ts'
import {
  type Analysis,
  type BucketAnalyses,
  goOnAnalyzing,
  goOnWalking,
  storageOf,
  observedBy,
} from './analysis-step.ts'
import { noStorage } from './walk-objects.ts'

/** Of how many days records are kept, and exported. */
export const KEPT_DAYS = 400

/** Records of one step. */
const RECORDS_A_STEP = 20

/** Rows that are read or taken away in one commit. */
const MOST_ROWS = 500

/** Makes the next records of a walk that is done. */
export async function recordDay(
  { service, source, all }: BucketAnalyses,
  walk: AnalysisWalkRow,
): Promise<void> {
  const { metadata } = service.stores
  const left = observedBy(walk.day, all).filter(
    ({ configuration, row }) => row.recordedDay !== walk.day && storageOf(walk, configuration.Id),
  )
  for (const analysis of left.slice(0, RECORDS_A_STEP)) {
    // What was recorded is as it is: it does not have to be relied on.
    const before = await recordsBefore(service, source.bucket.id, analysis, walk.day)
    await transact(metadata, (transaction) => record(transaction, source.bucket.id, analysis, walk, before))
  }
  if (left.length > RECORDS_A_STEP) return
  const done = { ...walk, storage: {}, isDone: true } as const
  await transact(metadata, (transaction) => goOnWalking(transaction, source.bucket.id, walk, done))
}

/** Those within the observed days, the oldest first. */
async function recordsBefore(
  { stores }: BucketAnalyses['service'],
  bucketId: string,
  { configuration: { Id } }: Analysis,
  day: number,
): Promise<readonly AnalysisDayRow[]> {
  const start = analysisDays.key(bucketId, Id, Math.max(day - OBSERVED_DAYS + 1, 0))
  const range = { start, end: analysisDays.key(bucketId, Id, day) }
  const found: AnalysisDayRow[] = []
  for await (const { row } of readableRows(stores.metadata, analysisDays, range)) found.push(row)
  return found
}

/** What was done since the record before goes into this one, and out of the counts, in one commit. */
async function record(
  transaction: Transaction,
  bucketId: string,
  analysis: Analysis,
  walk: AnalysisWalkRow,
  before: readonly AnalysisDayRow[],
): Promise<void> {
  const { configuration, row } = analysis
  const { day } = walk
  const { Id } = configuration
  await goOnAnalyzing(transaction, bucketId, analysis, { ...row, recordedDay: day })
  const recorded = await transaction.getIfReadable(analysisDays, bucketId, Id, day)
  const taken = await takeTraffic(transaction, bucketId, analysis, day)
  // The day has a record where the clock was ahead for a while.
  const traffic = recorded ? sumOfTraffic(taken, trafficOf(recorded)) : taken
  const stored = storageOf(walk, Id) ?? {}
  const isTold = ANALYZED_CLASSES.filter((name) => name === 'STANDARD' || stored[name] || traffic[name])
  const classes = isTold.map((name) => {
    const told = { ...(stored[name] ?? noStorage()), ...(traffic[name] ?? noTraffic()) }
    return [name, told] as const
  })
  const hasObserved = day - row.sinceDay >= OBSERVED_DAYS
  transaction.put(analysisDays, [bucketId, Id, day], recordOfDay(classes, before, hasObserved))
  const { start } = analysisDays.range(bucketId, Id)
  const end = analysisDays.key(bucketId, Id, Math.max(day - KEPT_DAYS + 1, 0))
  for (const { key } of await transaction.scan({ start, end, limit: MOST_ROWS }))
    transaction.remove(analysisDays, ...analysisDays.parts(key))
}

function trafficOf({ classes }: AnalysisDayRow): TrafficRow {
  const all = ANALYZED_CLASSES.flatMap((name) => {
    const told = classes[name]
    if (!told) return []
    const { requests, retrievedBytes, uploadedBytes } = told
    return [[name, { requests, retrievedBytes, uploadedBytes }] as const]
  })
  return Object.fromEntries(all)
}

/** What was done on the days before; of days before the analysis began nothing is told. */
async function takeTraffic(
  transaction: Transaction,
  bucketId: string,
  { configuration: { Id }, row: { sinceDay } }: Analysis,
  day: number,
): Promise<TrafficRow> {
  const { start } = analysisTraffic.range(bucketId, Id)
  const end = analysisTraffic.key(bucketId, Id, day)
  let sum: TrafficRow = {}
  for (const { key } of await transaction.scan({ start, end, limit: MOST_ROWS })) {
    const parts = analysisTraffic.parts(key)
    const row = await transaction.getIfReadable(analysisTraffic, ...parts)
    if (row && parts[2] >= sinceDay) sum = sumOfTraffic(sum, row)
    transaction.remove(analysisTraffic, ...parts)
  }
  return sum
}
