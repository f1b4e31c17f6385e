import type { BucketRow, TagsRow } from '../metadata/tables/rows.ts'
import type { MetricsConfiguration } from '../model/types.gen.ts'
import { readConfigurations } from '../s3/shared/bucket/configuration-list.ts'
import { asksForTags, isCounted, METRICS } from '../s3/shared/bucket/metrics-configurations.ts'
import type { S3Service } from '../s3/shared/service/service.ts'
import { findObject } from '../s3/shared/version-rows/find-version.ts'
import type { MetricsText } from './metrics-text.ts'
import type { AnsweredRequest } from './note-request.ts'
import type { RequestTrail } from './request-trail.ts'

interface MeasuredRequest extends AnsweredRequest {
  readonly milliseconds: number
  readonly receivedBytes: number
}

interface Counts {
  readonly bucket: string
  readonly filter: string
  readonly requests: Map<string, number>
  receivedBytes: number
  sentBytes: number
  clientErrors: number
  serverErrors: number
  firstByteSeconds: number
  totalSeconds: number
}

/** Of all buckets; beyond it those that were not asked for the longest are forgotten. */
const MOST_FILTERS = 10_000

/**
 * Counts the requests to buckets that have metrics configurations, each configuration apart. Source: S3 User Guide, "Metrics
 * and dimensions", "Amazon S3 request metrics in CloudWatch".
 */
export class BucketMetrics {
  readonly #counts = new Map<string, Counts>()

  /**
   * Counts a request where its bucket has configurations. One that the store could not tell the meaning of is not counted: the
   * answer is out, and it failed for the same.
   */
  note(service: S3Service, request: AnsweredRequest, milliseconds: number, receivedBytes: number): void {
    if (!request.trail.measured) return
    this.#note(service, { ...request, milliseconds, receivedBytes }).catch(() => {})
  }

  async #note(service: S3Service, request: MeasuredRequest): Promise<void> {
    const { trail } = request
    const { measured: bucket, bucketName, key, accessPointArn } = trail
    if (!bucket || bucketName === undefined) return
    const configurations = await readConfigurations(service, bucket, METRICS)
    const tags = configurations.some(asksForTags) ? await tagsOf(service, trail) : undefined
    for (const configuration of configurations) {
      if (!isCounted(configuration, { key, tags, accessPointArn })) continue
      count(this.#countsOf(bucketName, bucket.id, configuration), request)
    }
  }

  #countsOf(bucket: string, bucketId: string, { Id: filter }: MetricsConfiguration): Counts {
    const id = `${bucketId} ${filter}`
    const counts = this.#counts.get(id) ?? newCounts(bucket, filter)
    this.#counts.delete(id)
    this.#counts.set(id, counts)
    const [oldest] = this.#counts.keys()
    if (this.#counts.size > MOST_FILTERS && oldest !== undefined) this.#counts.delete(oldest)
    return counts
  }

  writeTo(text: MetricsText): void {
    const requests = 'holdfast_bucket_requests_total'
    text.family(requests, 'counter', 'Requests to buckets by metrics configuration and kind.')
    for (const { bucket, filter, requests: kinds } of this.#counts.values())
      for (const [kind, number] of kinds) text.sample(requests, { bucket, filter, kind }, number)
    this.#family(text, 'uploaded_bytes_total', 'Bytes of their bodies.', (each) => each.receivedBytes)
    this.#family(text, 'downloaded_bytes_total', 'Bytes of their answers.', (each) => each.sentBytes)
    this.#family(text, '4xx_errors_total', 'Those refused.', (each) => each.clientErrors)
    this.#family(text, '5xx_errors_total', 'Those that failed.', (each) => each.serverErrors)
    this.#family(
      text,
      'first_byte_seconds_total',
      'Time to the first bytes of their answers.',
      (each) => each.firstByteSeconds,
    )
    this.#family(
      text,
      'request_seconds_total',
      'Time to the ends of their answers.',
      (each) => each.totalSeconds,
    )
  }

  #family(text: MetricsText, suffix: string, help: string, valueOf: (counts: Counts) => number): void {
    const name = `holdfast_bucket_${suffix}`
    text.family(name, 'counter', `Of the requests to buckets with metrics configurations: ${help}`)
    for (const counts of this.#counts.values())
      text.sample(name, { bucket: counts.bucket, filter: counts.filter }, valueOf(counts))
  }
}

function newCounts(bucket: string, filter: string): Counts {
  return {
    bucket,
    filter,
    requests: new Map(),
    receivedBytes: 0,
    sentBytes: 0,
    clientErrors: 0,
    serverErrors: 0,
    firstByteSeconds: 0,
    totalSeconds: 0,
  }
}

function count(counts: Counts, request: MeasuredRequest): void {
  const { trail, head, status, answer, receivedBytes, milliseconds } = request
  for (const kind of ['All', ...kindsOf(trail.operation, head.method)])
    counts.requests.set(kind, (counts.requests.get(kind) ?? 0) + 1)
  counts.receivedBytes += receivedBytes
  counts.sentBytes += answer?.sentBytes ?? 0
  if (status >= 400 && status < 500) counts.clientErrors++
  if (status >= 500) counts.serverErrors++
  const firstByteMilliseconds = answer
    ? answer.startedMilliseconds - request.startedMilliseconds
    : milliseconds
  counts.firstByteSeconds += firstByteMilliseconds / 1000
  counts.totalSeconds += milliseconds / 1000
}

const LISTS = new Set([
  'ListObjects',
  'ListObjectsV2',
  'ListObjectVersions',
  'ListMultipartUploads',
  'ListParts',
])

/** By the names of CloudWatch's metrics, without `Requests`. GETs, PUTs and DELETEs are those for objects. */
function kindsOf(operation: string, method: string): readonly string[] {
  if (LISTS.has(operation)) return ['List']
  // "This metric also includes DeleteObjects requests."
  if (operation === 'DeleteObjects') return ['Delete']
  if (method === 'HEAD') return ['Head']
  if (method === 'POST') return ['Post']
  const kind = { GET: 'Get', PUT: 'Put', DELETE: 'Delete' }[method]
  return kind !== undefined && OBJECT_REQUESTS.test(operation) ? [kind] : []
}

const OBJECT_REQUESTS = /^(?:\w+Object(?!LockConfiguration)\w*|UploadPart(?:Copy)?|AbortMultipartUpload)$/

/** Of the object as it is now or, where the request may have deleted it, as it was. */
async function tagsOf(service: S3Service, trail: RequestTrail): Promise<TagsRow | undefined> {
  const { measured: bucket, key, target } = trail
  if (!bucket || key === undefined) return undefined
  if (trail.tagsBefore) return trail.tagsBefore
  return currentTags(service, bucket, key, target?.query.get('versionId'))
}

/** Of the object that a request means; none where there is no such object. */
export async function currentTags(
  { stores }: S3Service,
  bucket: BucketRow,
  key: string,
  versionId: string | undefined,
): Promise<TagsRow | undefined> {
  try {
    return (await findObject(stores, bucket, key, versionId)).tags
  } catch {
    return undefined
  }
}
