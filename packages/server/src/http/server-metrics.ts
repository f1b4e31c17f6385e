import type { DeliveryCounts as LogDeliveryCounts } from '../background/access-logs/access-log-worker.ts'
import type { AuditDelivery } from '../background/audit-webhook-worker.ts'
import type { DeliveryCounts } from '../background/events/delivery-counts.ts'
import type { StoreUsage } from '../background/store-usage.ts'
import type { WorkerReport } from '../background/worker.ts'
import type { Condition } from '../base/conditions.ts'
import type { Siblings } from '../base/siblings.ts'
import { type ProcessMemory, processMemory } from '../base/process-memory.ts'
import type { LimitCounts } from './admissions.ts'
import { MetricsText } from './metrics-text.ts'
import type { BucketMetrics } from './bucket-metrics.ts'
import type { Traffic } from './traffic.ts'
import type { RequestMetrics } from './request-metrics.ts'
import { writeQuotas } from './write-quotas.ts'
import { type ReplicationSources, writeReplication } from './write-replication.ts'
import { writeBucketUsage } from './write-bucket-usage.ts'

/** The file system of `metadata`, `blobs` or a storage class. */
interface DiskFill {
  readonly place: string
  readonly totalBytes: number
  readonly freeBytes: number
  readonly reserveBytes: number
}

/** What `/-/metrics` tells of. */
export interface MetricsSources {
  readonly requests: RequestMetrics
  /** Absent where those who read the metrics may not know names of buckets. */
  readonly buckets: BucketMetrics | undefined
  /** How many are open. */
  readonly connections: () => number
  readonly traffic: () => Traffic
  readonly conditions: () => readonly Condition[]
  readonly workers: () => readonly WorkerReport[]
  readonly usage: () => Promise<StoreUsage>
  /** How full the disks of the data are. */
  readonly disks: () => Promise<readonly DiskFill[]>
  /** Rows of metadata that were passed over, by table. */
  readonly unreadableRows: () => ReadonlyMap<string, number>
  /** Pages of the metadata that this process keeps away from. */
  readonly damagedPages: () => number
  readonly deliveries: DeliveryCounts
  readonly replication: ReplicationSources
  readonly accessLogs: () => {
    readonly taken: { readonly recorded: number; readonly lost: number }
    readonly delivery: LogDeliveryCounts
  }
  readonly analytics: () => { readonly delivered: number; readonly refusals: number }
  readonly inventory: () => { readonly delivered: number; readonly refusals: number }
  /** Absent where requests are not told of. */
  readonly audit?:
    | (() => {
        readonly written: number
        readonly lost: number
        /** Absent where records are posted nowhere. */
        readonly delivery: AuditDelivery | undefined
      })
    | undefined
  /** Absent where nothing is limited. */
  readonly limits?: (() => LimitCounts) | undefined
  /** Absent where one process serves alone. */
  readonly siblings?: Siblings | undefined
}

/** What this process counts of itself. */
export function processMetrics(sources: MetricsSources): MetricsText {
  const text = new MetricsText()
  const reports = sources.workers()
  const ours = new Set(reports.filter(({ isOurs }) => isOurs).map(({ name }) => name))
  sources.requests.writeTo(text)
  sources.buckets?.writeTo(text)
  text.gauge('holdfast_connections', 'Connections of clients that are open.', sources.connections())
  writeTraffic(text, sources.traffic())
  writeConditions(text, sources.conditions())
  writeWorkers(text, reports)
  writeUnreadable(text, sources.unreadableRows())
  text.gauge(
    'holdfast_damaged_pages',
    'Pages of the metadata that are not what was written, as far as this process knows.',
    sources.damagedPages(),
  )
  writeDeliveries(text, sources.deliveries)
  writeReplication(text, sources.replication, {
    namesBuckets: sources.buckets !== undefined,
    isOurs: (worker) => ours.has(worker),
  })
  writeAccessLogs(text, sources.accessLogs())
  writeInventory(text, sources.inventory())
  writeAnalytics(text, sources.analytics())
  if (sources.audit) writeAudit(text, sources.audit())
  if (sources.limits) writeLimits(text, sources.limits())
  writeMemory(text, processMemory())
  return text
}

/** What all processes of this server count, and what the store holds. Rejects where the store does not answer. */
export async function metricsOf(sources: MetricsSources): Promise<MetricsText> {
  const own = processMetrics(sources)
  const text = sources.siblings ? await withSiblings(own, sources.siblings) : own
  writeUsage(text, await sources.usage())
  writeDisks(text, await sources.disks())
  return text
}

async function withSiblings(own: MetricsText, siblings: Siblings): Promise<MetricsText> {
  const text = new MetricsText()
  const all = [[siblings.name, own.families] as const, ...(await siblings.ask('metrics'))]
  text.family('holdfast_process_up', 'gauge', 'Whether a process told its metrics within a second.')
  for (const [name, families] of all)
    text.sample('holdfast_process_up', { process: name }, families === undefined ? 0 : 1)
  for (const [name, families = []] of all) text.addOf(name, families)
  return text
}

function writeUsage(text: MetricsText, usage: StoreUsage): void {
  const { openUploads, openUploadBytes, garbageRows, damagedContents, undeliveredEvents } = usage
  text.gauge(
    'holdfast_open_uploads',
    'Multipart uploads that are neither completed nor aborted.',
    openUploads,
  )
  text.gauge(
    'holdfast_open_upload_bytes',
    'Bytes that their parts hold, and those of ended ones until they are freed.',
    openUploadBytes,
  )
  text.gauge(
    'holdfast_garbage_rows',
    'What commits let go of and the garbage worker has not freed yet.',
    garbageRows,
  )
  text.gauge(
    'holdfast_damaged_contents',
    'Contents and rows that the scrubber found damaged.',
    damagedContents,
  )
  text.gauge(
    'holdfast_undelivered_events',
    'Events of buckets that a destination has yet to be told.',
    undeliveredEvents,
  )
  text.gauge(
    'holdfast_quarantined_blobs',
    'Blobs that nothing names, set aside for seven days before they are deleted.',
    usage.quarantinedBlobs,
  )
  writeBackups(text, usage.backups)
  writeBucketUsage(text, usage.buckets)
  writeQuotas(text, usage.quotas)
}

function writeBackups(text: MetricsText, backups: StoreUsage['backups']): void {
  const name = 'holdfast_backup_moment_timestamp_seconds'
  text.family(name, 'gauge', 'When the newest moment was that a backup, by its id, has of the store.')
  for (const { id, takenMilliseconds } of backups) text.sample(name, { backup: id }, takenMilliseconds / 1000)
}

function writeDisks(text: MetricsText, disks: readonly DiskFill[]): void {
  const write = (name: string, help: string, bytesOf: (disk: DiskFill) => number): void => {
    text.family(name, 'gauge', help)
    for (const disk of disks) text.sample(name, { place: disk.place }, bytesOf(disk))
  }
  write('holdfast_disk_size_bytes', 'The size of the file system of a place.', (disk) => disk.totalBytes)
  write('holdfast_disk_free_bytes', 'What is free there.', (disk) => disk.freeBytes)
  write(
    'holdfast_disk_reserve_bytes',
    'Writes are refused where less than that is free.',
    (disk) => disk.reserveBytes,
  )
}

/** By the names that prom-client gives them, but for the mapped files, which it does not tell. */
function writeMemory(text: MetricsText, memory: ProcessMemory): void {
  const { residentBytes, mappedFileBytes, heapTotalBytes, heapUsedBytes, externalBytes } = memory
  text.gauge('process_resident_memory_bytes', 'Memory that the process holds.', residentBytes)
  if (mappedFileBytes !== undefined)
    text.gauge(
      'holdfast_mapped_file_resident_bytes',
      'Of it, pages of mapped files, which the system takes back when it needs them.',
      mappedFileBytes,
    )
  text.gauge('nodejs_heap_size_total_bytes', 'Of the heap of V8.', heapTotalBytes)
  text.gauge('nodejs_heap_size_used_bytes', 'Of the heap of V8, in use.', heapUsedBytes)
  text.gauge('nodejs_external_memory_bytes', 'Held by objects of the heap outside of it.', externalBytes)
}

function writeConditions(text: MetricsText, conditions: readonly Condition[]): void {
  text.family('holdfast_condition', 'gauge', 'What keeps this process from its full work, while it lasts.')
  for (const { name, effect } of conditions) text.sample('holdfast_condition', { name, effect }, 1)
}

function writeUnreadable(text: MetricsText, counts: ReadonlyMap<string, number>): void {
  const name = 'holdfast_unreadable_rows_total'
  text.family(name, 'counter', 'Times that a row of metadata was passed over that cannot be read.')
  for (const [table, count] of counts) text.sample(name, { table }, count)
}

function writeDeliveries(text: MetricsText, { failures, drops }: DeliveryCounts): void {
  text.family('holdfast_event_failures_total', 'counter', 'Messages that a destination did not take.')
  for (const [destination, count] of failures) {
    text.sample('holdfast_event_failures_total', { destination }, count)
  }
  text.family('holdfast_events_dropped_total', 'counter', 'Events given up after a day of trying.')
  for (const [destination, count] of drops) {
    text.sample('holdfast_events_dropped_total', { destination }, count)
  }
}

function writeTraffic(text: MetricsText, { receivedBytes, sentBytes }: Traffic): void {
  const received = 'holdfast_received_bytes_total'
  text.family(received, 'counter', 'Bytes that came over connections of clients, TLS and headers included.')
  text.sample(received, {}, receivedBytes)
  const sent = 'holdfast_sent_bytes_total'
  text.family(sent, 'counter', 'Bytes that went over connections of clients, TLS and headers included.')
  text.sample(sent, {}, sentBytes)
}

/** Of the workers whose lease this process has. */
function writeWorkers(text: MetricsText, reports: readonly WorkerReport[]): void {
  const ours = reports.filter(({ isOurs }) => isOurs)
  text.family('holdfast_worker_done_total', 'counter', 'Units of work done by this process.')
  for (const { name, done } of ours) text.sample('holdfast_worker_done_total', { worker: name }, done)
  text.family('holdfast_worker_left', 'gauge', 'Units of work that are left, where the worker knows.')
  for (const { name, left } of ours) {
    if (left !== undefined) text.sample('holdfast_worker_left', { worker: name }, left)
  }
  text.family('holdfast_worker_last_step_timestamp_seconds', 'gauge', 'When the worker last took a step.')
  for (const { name, lastStepMilliseconds } of ours) {
    if (lastStepMilliseconds === undefined) continue
    text.sample('holdfast_worker_last_step_timestamp_seconds', { worker: name }, lastStepMilliseconds / 1000)
  }
  text.family('holdfast_worker_failing', 'gauge', 'Whether the latest step failed.')
  for (const { name, failure } of ours) {
    text.sample('holdfast_worker_failing', { worker: name }, failure === undefined ? 0 : 1)
  }
}

function writeAccessLogs(
  text: MetricsText,
  { taken, delivery }: ReturnType<MetricsSources['accessLogs']>,
): void {
  const records = 'holdfast_access_log_records_total'
  text.family(records, 'counter', 'Records of access logs: taken, put into log objects, given up.')
  text.sample(records, { outcome: 'recorded' }, taken.recorded)
  text.sample(records, { outcome: 'delivered' }, delivery.delivered)
  text.sample(records, { outcome: 'lost' }, taken.lost + delivery.lost)
  const refusals = 'holdfast_access_log_refusals_total'
  text.family(refusals, 'counter', 'Log objects that their target bucket did not take.')
  text.sample(refusals, {}, delivery.refusals)
}

function writeInventory(
  text: MetricsText,
  { delivered, refusals }: ReturnType<MetricsSources['inventory']>,
): void {
  const reports = 'holdfast_inventory_reports_total'
  text.family(reports, 'counter', 'Inventory reports that were delivered.')
  text.sample(reports, {}, delivered)
  const refused = 'holdfast_inventory_refusals_total'
  text.family(refused, 'counter', 'Times that the destination of an inventory report did not take it.')
  text.sample(refused, {}, refusals)
}

function writeAnalytics(
  text: MetricsText,
  { delivered, refusals }: ReturnType<MetricsSources['analytics']>,
): void {
  const exports = 'holdfast_analytics_exports_total'
  text.family(exports, 'counter', 'Storage class analyses that were exported.')
  text.sample(exports, {}, delivered)
  const refused = 'holdfast_analytics_refusals_total'
  text.family(refused, 'counter', 'Times that the destination of a storage class analysis did not take it.')
  text.sample(refused, {}, refusals)
}

function writeAudit(
  text: MetricsText,
  { written, lost, delivery }: ReturnType<NonNullable<MetricsSources['audit']>>,
): void {
  const name = 'holdfast_audit_records_total'
  text.family(name, 'counter', 'Records of the audit log: written, given up.')
  text.sample(name, { outcome: 'written' }, written)
  text.sample(name, { outcome: 'lost' }, lost)
  if (!delivery) return
  const delivered = 'holdfast_audit_delivered_records_total'
  text.family(delivered, 'counter', 'Records of the audit log that its webhook took.')
  text.sample(delivered, {}, delivery.delivered)
  const failures = 'holdfast_audit_delivery_failures_total'
  text.family(failures, 'counter', 'Batches of records that its webhook did not take.')
  text.sample(failures, {}, delivery.failures)
  const backlog = 'Bytes of the audit log that its webhook has yet to take, of the process that sends them.'
  text.gauge('holdfast_audit_backlog_bytes', backlog, delivery.backlogBytes)
}

function writeLimits(text: MetricsText, { tallies, heldBackSeconds, atOnce }: LimitCounts): void {
  const refused = 'holdfast_limited_requests_total'
  text.family(refused, 'counter', 'Requests refused with SlowDown: too many a second, too many waiting.')
  for (const [account, { overRate, overShare }] of tallies) {
    text.sample(refused, { account, reason: 'rate' }, overRate)
    text.sample(refused, { account, reason: 'share' }, overShare)
  }
  const held = 'holdfast_held_back_seconds_total'
  text.family(held, 'counter', 'How long the bandwidth of parties held bodies back, all added up.')
  text.sample(held, {}, heldBackSeconds)
  if (!atOnce) return
  text.gauge('holdfast_requests_at_once', 'Requests that hold a place.', atOnce.held)
  text.gauge('holdfast_requests_waiting', 'Requests that wait for a place.', atOnce.waiting)
}
