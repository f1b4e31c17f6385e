import { hash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import {
  inventoryReports,
  type InventoryReportRow,
  type ReportCursorRow,
  type ReportUnderWayRow,
} from '../../metadata/tables/inventory-tables.ts'
import { transact, type Transaction } from '../../metadata/transaction.ts'
import type { InventoryConfiguration } from '../../model/types.gen.ts'
import { dataKey, reportKeys } from '../../s3/operations/inventory/report-keys.ts'
import { effectiveBlock } from '../../s3/shared/bucket/effective-block.ts'
import { readLifecycleRules } from '../../s3/shared/bucket/lifecycle-rules.ts'
import type { S3Service } from '../../s3/shared/service/service.ts'
import { inSlices } from '../../base/in-slices.ts'
import { csvFile } from './csv-file.ts'
import { type Manifest, manifestText, symlinkText } from './manifest.ts'
import { parquetFile } from './parquet-file.ts'
import { fileSchema, type ReportColumn, reportColumns } from './report-columns.ts'
import { ReportWriter, type ReportSource } from './report-writer.ts'
import type { ReportedBucket, ReportedValue, ReportedVersion } from './reported-version.ts'
import { cursorOf, nextVersions } from './walk-versions.ts'

/** Thrown where another process has gone on with the same report, or its configuration was changed. */
export class ReportChanged extends Error {
  override readonly name = 'ReportChanged'
}

/** A report that is under way. */
export interface RunningReport {
  readonly service: S3Service
  readonly source: ReportSource
  readonly configuration: InventoryConfiguration
  readonly row: InventoryReportRow & { readonly underWay: ReportUnderWayRow }
  /** Rows of one file. */
  readonly fileRows: number
  readonly signal: AbortSignal
}

const FORMATS = {
  CSV: { extension: 'csv.gz', contentType: 'application/gzip', write: csvFile },
  Parquet: { extension: 'parquet', contentType: 'application/vnd.apache.parquet', write: parquetFile },
} as const

/** Writes the next file of a report, or its manifests: the report goes on in the commit of what it wrote. */
export function stepReport(report: RunningReport): Promise<void> {
  return report.row.underWay.isListed ? writeManifests(report) : writeFile(report)
}

async function writeFile(report: RunningReport): Promise<void> {
  const { service, row, signal } = report
  const { underWay } = row
  const walk = new FileRows(report, await reportedBucket(report))
  const first = await walk.next()
  if (first.length === 0) {
    const listed = { ...underWay, isListed: true } as const
    return transact(service.stores.metadata, (transaction) => goOn(transaction, report, listed))
  }
  const { extension, contentType, write } = FORMATS[formatOf(report.configuration)]
  const key = dataKey(placeOf(report), service.random.bytes(16).toString('hex'), extension)
  await writerOf(report).write({
    key,
    contentType,
    bytes: write(walk.columns, walk.slices(first, signal)),
    also: async (transaction, { sizeBytes, md5 }) => {
      const file = { key, sizeBytes, md5: md5.toString('hex') }
      const files = [...underWay.files, file]
      await goOn(transaction, report, { ...underWay, files, after: walk.after, isListed: walk.isAtEnd })
    },
  })
}

/** The rows of one file, as many as fit. */
class FileRows {
  readonly columns: readonly ReportColumn[]
  readonly #report: RunningReport
  readonly #of: ReportedBucket
  readonly #isOfAllVersions: boolean
  #after: ReportCursorRow | undefined
  #isAtEnd: true | undefined

  constructor(report: RunningReport, of: ReportedBucket) {
    const { IncludedObjectVersions, OptionalFields = [] } = report.configuration
    this.#report = report
    this.#of = of
    this.#isOfAllVersions = IncludedObjectVersions === 'All'
    this.columns = reportColumns(this.#isOfAllVersions, OptionalFields)
    this.#after = report.row.underWay.after
  }

  /** Whether there was nothing behind those that were given; else nobody knows. */
  get isAtEnd(): true | undefined {
    return this.#isAtEnd
  }

  /** The last of those that were given. */
  get after(): ReportCursorRow | undefined {
    return this.#after
  }

  async next(): Promise<readonly ReportedVersion[]> {
    const { service, source, configuration } = this.#report
    const walk = {
      bucket: source.bucket,
      prefix: configuration.Filter?.Prefix ?? '',
      isOfAllVersions: this.#isOfAllVersions,
    }
    const found = await nextVersions(service, walk, this.#after)
    const last = found.at(-1)
    if (last) this.#after = cursorOf(last)
    else this.#isAtEnd = true
    return found
  }

  async *slices(
    first: readonly ReportedVersion[],
    signal: AbortSignal,
  ): AsyncGenerator<readonly (readonly ReportedValue[])[]> {
    let count = 0
    for (let found = first; found.length > 0; found = await this.next()) {
      for await (const slice of inSlices(found, SLICE_ROWS))
        yield slice.map((version) => this.#valuesOf(version))
      signal.throwIfAborted()
      count += found.length
      if (count >= this.#report.fileRows) return
    }
  }

  #valuesOf(version: ReportedVersion): readonly ReportedValue[] {
    return this.columns.map((column) => column.value(version, this.#of))
  }
}

/** Rows between turns of requests: less than half a millisecond's work. */
const SLICE_ROWS = 50

/** Source: S3 User Guide, "Inventory completion": the checksum comes last, and tells that the report is there. */
async function writeManifests(report: RunningReport): Promise<void> {
  const { row } = report
  const manifest = manifestOf(report)
  const writer = writerOf(report)
  const keys = reportKeys(placeOf(report), new Date(row.startedMilliseconds))
  const text = Buffer.from(manifestText(manifest))
  const md5 = hash('md5', text)
  const none = async (): Promise<void> => {}
  const plain = { contentType: 'text/plain', also: none }
  await writer.write({ ...plain, key: keys.symlink, bytes: Buffer.from(symlinkText(manifest)) })
  await writer.write({ key: keys.manifest, contentType: 'application/json', bytes: text, also: none })
  const also = (transaction: Transaction): Promise<void> => goOn(transaction, report, undefined)
  await writer.write({ ...plain, key: keys.checksum, bytes: Buffer.from(md5), also })
}

function manifestOf({ source, configuration, row }: RunningReport): Manifest {
  const { IncludedObjectVersions, OptionalFields = [], Destination } = configuration
  const format = formatOf(configuration)
  const columns = reportColumns(IncludedObjectVersions === 'All', OptionalFields)
  return {
    sourceBucket: source.bucketName,
    destinationBucket: Destination.S3BucketDestination.Bucket.split(':').at(-1) ?? '',
    startedMilliseconds: row.startedMilliseconds,
    format,
    schema: fileSchema(format, columns),
    files: row.underWay.files,
  }
}

/** Throws `ReportChanged` unless the report is where it was when this step began. */
async function goOn(
  transaction: Transaction,
  { source, configuration, row }: RunningReport,
  underWay: ReportUnderWayRow | undefined,
): Promise<void> {
  const now = await transaction.get(inventoryReports, source.bucket.id, configuration.Id)
  if (!isDeepStrictEqual(now, row)) throw new ReportChanged()
  const { bucketName, startedMilliseconds } = row
  const next = { bucketName, startedMilliseconds, underWay }
  transaction.put(inventoryReports, [source.bucket.id, configuration.Id], next)
}

/** No other is accepted. */
function formatOf({ Destination }: InventoryConfiguration): keyof typeof FORMATS {
  return Destination.S3BucketDestination.Format === 'Parquet' ? 'Parquet' : 'CSV'
}

function placeOf({ source, configuration }: RunningReport) {
  const { Prefix: prefix } = configuration.Destination.S3BucketDestination
  return { bucketName: source.bucketName, id: configuration.Id, prefix }
}

function writerOf({ service, configuration, source, signal }: RunningReport): ReportWriter {
  const { S3BucketDestination: destination } = configuration.Destination
  return new ReportWriter(service, destination, source, signal)
}

async function reportedBucket({ service, source }: RunningReport): Promise<ReportedBucket> {
  return {
    service,
    ...source,
    lifecycleRules: await readLifecycleRules(service, source.bucket),
    publicAccessBlock: await effectiveBlock(service, source.bucket),
  }
}
