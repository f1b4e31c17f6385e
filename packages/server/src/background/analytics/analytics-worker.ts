import type { Log } from '../../base/log.ts'
import {
  type AnalysisRow,
  analysisWalks,
  type AnalysisWalkRow,
} from '../../metadata/tables/analytics-tables.ts'
import { transact } from '../../metadata/transaction.ts'
import { passOver, readIfReadable } from '../../metadata/unreadable-rows.ts'
import { exportDestination } from '../../s3/operations/analytics/export-destination.ts'
import { ANALYTICS } from '../../s3/shared/bucket/analytics-configurations.ts'
import type { S3Service } from '../../s3/shared/service/service.ts'
import { nextConfigured } from '../configured-buckets.ts'
import { countRestMilliseconds } from '../count-rest.ts'
import { refusalOf, type ReportSource } from '../inventory/report-writer.ts'
import type { Worker, WorkerStatus } from '../worker.ts'
import {
  type Analysis,
  AnalysisChanged,
  type BucketAnalyses,
  goOnAnalyzing,
  goOnWalking,
  observedBy,
} from './analysis-step.ts'
import { beginAnalyses } from './begin-analyses.ts'
import { exportAnalysis, isExportDue } from './export-analysis.ts'
import { forgetAnalyses } from './forget-analyses.ts'
import { recordDay } from './record-day.ts'
import { walkObjects } from './walk-objects.ts'

/** How often it looks whether an analysis is due. */
const MOST_REST_MILLISECONDS = 15 * 60 * 1000

/** How long a destination that refused is left alone. */
const RETRY_MILLISECONDS = 60 * 60 * 1000

/** Objects of one step, and so what a crash makes a process do again: less than a second's work. */
const ROWS_A_STEP = 20_000

/** Since the process started. */
export interface ExportCounts {
  readonly delivered: number
  readonly refusals: number
}

/**
 * Makes the storage class analyses of configurations: once on each day (UTC) it goes through the objects that they are about, notes what
 * there is and what was done since, and exports it. It goes on where it was when its process ended. A destination that is gone or refuses is
 * asked again an hour later; what it missed stands in the next file.
 */
export class AnalyticsWorker implements Worker {
  readonly name = 'analytics'
  readonly restMilliseconds: number
  readonly #service: S3Service
  readonly #log: Log
  readonly #rowsAStep: number
  readonly #counts = { delivered: 0, refusals: 0 }
  /** From which bucket on it goes on. */
  #from = ''
  #at: string | undefined

  constructor(service: S3Service, log: Log, rowsAStep = ROWS_A_STEP) {
    this.#service = service
    this.#log = log
    this.#rowsAStep = rowsAStep
    this.restMilliseconds = Math.min(service.settings.dayMilliseconds / 10, MOST_REST_MILLISECONDS)
  }

  get counts(): ExportCounts {
    return this.#counts
  }

  status(): WorkerStatus {
    return { done: this.#counts.delivered, at: this.#at }
  }

  async step(signal: AbortSignal): Promise<'progressed' | 'idle'> {
    // Exports go into buckets of accounts of which no request may have told this process.
    await this.#service.identities.glance()
    while (!signal.aborted) {
      const source = await nextConfigured(this.#service.stores.metadata, ANALYTICS, this.#from)
      if (!source) break
      this.#from = source.bucketName
      this.#at = source.bucketName
      if (await this.#hasGoneOn(source, signal)) return 'progressed'
      this.#from = `${source.bucketName}\u0000`
    }
    this.#from = ''
    this.#at = undefined
    await forgetAnalyses(this.#service)
    return 'idle'
  }

  async #hasGoneOn(source: ReportSource, signal: AbortSignal): Promise<boolean> {
    const service = this.#service
    const today = this.#today
    try {
      const all = await beginAnalyses(service, source, today)
      const bucketAnalyses = { service, source, all, today, signal }
      return (await this.#hasWalked(bucketAnalyses)) || (await this.#hasExported(bucketAnalyses))
    } catch (error) {
      // Another process has gone on with it.
      if (error instanceof AnalysisChanged || signal.aborted) return true
      // Other buckets do not wait for one whose configurations cannot be read.
      passOver(service.stores.metadata, error)
      return false
    }
  }

  /** A walk is finished whatever day it is by then, unless its configurations are others; the next one begins on another day. */
  async #hasWalked(bucketAnalyses: BucketAnalyses): Promise<boolean> {
    const { source, all, today } = bucketAnalyses
    const { bucket } = source
    const document = bucket.documents?.analytics ?? ''
    const walk = await readIfReadable(this.#service.stores.metadata, analysisWalks, bucket.id)
    if (walk?.isWalked && !walk.isDone) {
      await recordDay(bucketAnalyses, walk)
      return true
    }
    if (walk?.isDone && walk.day === today) return false
    const observed = walk && !walk.isDone && walk.document === document ? observedBy(walk.day, all) : []
    if (walk && observed.length > 0) {
      await walkObjects(bucketAnalyses, walk, observed, this.#rowsAStep)
      return true
    }
    if (observedBy(today, all).length === 0) return false
    const begun: AnalysisWalkRow = { day: today, startedMilliseconds: this.#now, document, storage: {} }
    await transact(this.#service.stores.metadata, (transaction) =>
      goOnWalking(transaction, bucket.id, walk, begun),
    )
    return true
  }

  async #hasExported(bucketAnalyses: BucketAnalyses): Promise<boolean> {
    const now = this.#now
    const due = bucketAnalyses.all.find(
      (analysis) => isExportDue(analysis) && !isLeftAlone(analysis.row, now),
    )
    if (!due) return false
    try {
      await exportAnalysis(bucketAnalyses, due)
      this.#counts.delivered++
    } catch (error) {
      const refusal = refusalOf(error)
      if (!refusal || bucketAnalyses.signal.aborted) throw error
      await this.#refuse(bucketAnalyses, due, refusal)
    }
    return true
  }

  async #refuse(
    { source }: BucketAnalyses,
    analysis: Analysis,
    { code, message }: { readonly code: string; readonly message: string },
  ): Promise<void> {
    const { configuration, row } = analysis
    this.#counts.refusals++
    if (row.refused?.code !== code) {
      const destination = exportDestination(configuration)?.Bucket
      const told = { bucket: source.bucketName, id: configuration.Id, destination, code, message }
      this.#log.warn(told, 'a storage class analysis cannot be exported')
    }
    const refused = { code, untilMilliseconds: this.#now + RETRY_MILLISECONDS }
    await transact(this.#service.stores.metadata, (transaction) =>
      goOnAnalyzing(transaction, source.bucket.id, analysis, { ...row, refused }),
    )
  }

  get #now(): number {
    return this.#service.clock.now().getTime()
  }

  /** A day is over once all processes have written what they counted on it. */
  get #today(): number {
    const waiting = 2 * countRestMilliseconds(this.#service)
    return Math.floor((this.#now - waiting) / this.#service.settings.dayMilliseconds)
  }
}

/** A clock set back must not keep it waiting. */
function isLeftAlone({ refused }: AnalysisRow, nowMilliseconds: number): boolean {
  const left = (refused?.untilMilliseconds ?? 0) - nowMilliseconds
  return left > 0 && left <= RETRY_MILLISECONDS
}
