import type { Log } from '../../base/log.ts'
import { inventoryReports, type InventoryReportRow } from '../../metadata/tables/inventory-tables.ts'
import { transact } from '../../metadata/transaction.ts'
import { passOver, readIfReadable } from '../../metadata/unreadable-rows.ts'
import type { InventoryConfiguration } from '../../model/types.gen.ts'
import { readConfigurations } from '../../s3/shared/bucket/configuration-list.ts'
import { INVENTORIES } from '../../s3/shared/bucket/inventory-configurations.ts'
import type { S3Service } from '../../s3/shared/service/service.ts'
import { nextConfigured } from '../configured-buckets.ts'
import type { Worker, WorkerStatus } from '../worker.ts'
import { forgetReports } from './forget-reports.ts'
import { isReportDue } from './report-schedule.ts'
import { ReportChanged, type RunningReport, stepReport } from './report-step.ts'
import { refusalOf, type ReportSource } from './report-writer.ts'

/** How often it looks whether a report is due. */
const MOST_REST_MILLISECONDS = 15 * 60 * 1000

/** How long a destination that refused is left alone. */
const RETRY_MILLISECONDS = 60 * 60 * 1000

/** Since the process started. */
export interface ReportCounts {
  readonly delivered: number
  readonly refusals: number
}

/**
 * Makes the reports of inventory configurations: a file a step, and goes on with the file that was under way when its process
 * ended. A destination that is gone or refuses is asked again an hour later, until the next report is due.
 */
export class InventoryWorker implements Worker {
  readonly name = 'inventory'
  readonly restMilliseconds: number
  readonly #service: S3Service
  readonly #fileRows: number
  readonly #log: Log
  readonly #counts = { delivered: 0, refusals: 0 }
  /** The bucket it is at, and behind which configuration. */
  #place = { bucketName: '', id: '' }
  #at: string | undefined

  /** `fileRows`: rows of one file. */
  constructor(service: S3Service, log: Log, fileRows: number) {
    this.#service = service
    this.#log = log
    this.#fileRows = fileRows
    this.restMilliseconds = Math.min(service.settings.dayMilliseconds, MOST_REST_MILLISECONDS)
  }

  get counts(): ReportCounts {
    return this.#counts
  }

  status(): WorkerStatus {
    return { done: this.#counts.delivered, at: this.#at }
  }

  async step(signal: AbortSignal): Promise<'progressed' | 'idle'> {
    // Reports name the owners of objects, of which no request may have told this process.
    await this.#service.identities.glance()
    while (!signal.aborted) {
      const source = await nextConfigured(this.#service.stores.metadata, INVENTORIES, this.#place.bucketName)
      if (!source) break
      const { bucketName } = source
      if (bucketName !== this.#place.bucketName) this.#place = { bucketName, id: '' }
      const report = await this.#nextReport(source, signal)
      if (report) {
        await this.#goOn(report)
        return 'progressed'
      }
      this.#place = { bucketName: `${bucketName}\u0000`, id: '' }
    }
    this.#place = { bucketName: '', id: '' }
    this.#at = undefined
    await forgetReports(this.#service)
    return 'idle'
  }

  /** The next report of a bucket that is under way, or due. */
  async #nextReport(source: ReportSource, signal: AbortSignal): Promise<RunningReport | undefined> {
    for (const configuration of await this.#configurationsOf(source)) {
      const { Id, IsEnabled } = configuration
      if (Id < this.#place.id || !IsEnabled) continue
      const row = await this.#rowToDo(source, configuration)
      if (row) {
        this.#place = { ...this.#place, id: Id }
        const service = this.#service
        return { service, source, configuration, row, fileRows: this.#fileRows, signal }
      }
    }
    return undefined
  }

  /** Other buckets do not wait for one whose configurations cannot be read. */
  async #configurationsOf({ bucket }: ReportSource): Promise<readonly InventoryConfiguration[]> {
    try {
      return await readConfigurations(this.#service, bucket, INVENTORIES)
    } catch (error) {
      passOver(this.#service.stores.metadata, error)
      return []
    }
  }

  async #rowToDo(
    { bucketName, bucket }: ReportSource,
    configuration: InventoryConfiguration,
  ): Promise<RunningReport['row'] | undefined> {
    const { metadata } = this.#service.stores
    const text = JSON.stringify(configuration)
    const now = this.#now
    const row = await readIfReadable(metadata, inventoryReports, bucket.id, configuration.Id)
    const isDue = isReportDue(configuration, row, now, this.#service.settings.dayMilliseconds)
    const { underWay } = row ?? {}
    // One that was configured anew, or that its destination did not take in time, is given up.
    const goesOn = row && underWay && underWay.configuration === text && !(row.refused && isDue)
    if (goesOn) return isLeftAlone(row, now) ? undefined : { ...row, underWay }
    if (!underWay && !isDue) return undefined
    const begun = { bucketName, startedMilliseconds: now, underWay: { configuration: text, files: [] } }
    await transact(metadata, async (transaction) => {
      transaction.put(inventoryReports, [bucket.id, configuration.Id], begun)
    })
    return begun
  }

  async #goOn(report: RunningReport): Promise<void> {
    const { source, configuration, row, signal } = report
    this.#at = `${configuration.Id} of ${source.bucketName}`
    try {
      await stepReport(report)
    } catch (error) {
      if (error instanceof ReportChanged || signal.aborted) return
      const refusal = refusalOf(error)
      if (!refusal) throw error
      await this.#refuse(report, refusal)
      return
    }
    if (row.underWay.isListed) this.#counts.delivered++
  }

  async #refuse(
    { source, configuration, row }: RunningReport,
    { code, message }: { readonly code: string; readonly message: string },
  ): Promise<void> {
    this.#counts.refusals++
    if (row.refused?.code !== code) {
      const { Bucket: destination } = configuration.Destination.S3BucketDestination
      const told = { bucket: source.bucketName, id: configuration.Id, destination, code, message }
      this.#log.warn(told, 'an inventory report cannot be delivered')
    }
    const refused = { code, untilMilliseconds: this.#now + RETRY_MILLISECONDS }
    await transact(this.#service.stores.metadata, async (transaction) => {
      const now = await transaction.get(inventoryReports, source.bucket.id, configuration.Id)
      if (now?.startedMilliseconds !== row.startedMilliseconds) return
      transaction.put(inventoryReports, [source.bucket.id, configuration.Id], { ...now, refused })
    })
  }

  get #now(): number {
    return this.#service.clock.now().getTime()
  }
}

/** A clock set back must not keep it waiting. */
function isLeftAlone({ refused }: InventoryReportRow, nowMilliseconds: number): boolean {
  const left = (refused?.untilMilliseconds ?? 0) - nowMilliseconds
  return left > 0 && left <= RETRY_MILLISECONDS
}
