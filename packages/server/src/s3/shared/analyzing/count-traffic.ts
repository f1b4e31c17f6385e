import type { BucketRow, ObjectRow } from '../../../metadata/tables/rows.ts'
import { ANALYTICS, isWithin, scopeOf } from '../bucket/analytics-configurations.ts'
import { readConfigurations } from '../bucket/configuration-list.ts'
import { versionIdOf } from '../object/version-order.ts'
import type { S3Service } from '../service/service.ts'
import { findObject } from '../version-rows/find-version.ts'
import { analyzedClassOf } from './age-groups.ts'
import type { AnalyzedPlace } from './analyzed-traffic.ts'

interface CountedObject {
  readonly bucket: BucketRow
  readonly key: string
  /** As the request names it. */
  readonly versionId?: string | undefined
}

type Body = Uint8Array | AsyncIterable<Uint8Array>

/** Whether requests to the objects of a bucket are counted at all. */
export function isAnalyzed({ documents }: Pick<BucketRow, 'documents'>): boolean {
  return documents?.analytics !== undefined
}

/** The bytes that answer a GET, counted as they are sent. Never fails: then they are not. */
export async function countRead(
  service: S3Service,
  target: CountedObject,
  row: ObjectRow,
  body: Body,
  sizeBytes: number,
): Promise<Body> {
  const place = await placeOf(service, target, row)
  if (!place) return body
  const tell = (bytes: number): void => service.analyzedTraffic.noteRead(place, row, bytes)
  if (!(body instanceof Uint8Array)) return countChunks(body, sizeBytes, tell)
  tell(body.length)
  return body
}

/** Counts an object that was put. Never fails. */
export async function countUpload(service: S3Service, target: CountedObject, row: ObjectRow): Promise<void> {
  const place = await placeOf(service, target, row)
  if (place) service.analyzedTraffic.noteUpload(place, row)
}

/** Only the newest versions are analyzed. */
async function placeOf(
  service: S3Service,
  { bucket, key, versionId }: CountedObject,
  row: ObjectRow,
): Promise<AnalyzedPlace | undefined> {
  if (!analyzedClassOf(row)) return undefined
  try {
    const all = await readConfigurations(service, bucket, ANALYTICS)
    const within = all.filter((configuration) => isWithin(scopeOf(configuration), key, row.tags))
    if (within.length === 0) return undefined
    if (versionId !== undefined) {
      const newest = await findObject(service.stores, bucket, key, undefined)
      if (versionIdOf(newest) !== versionIdOf(row)) return undefined
    }
    return { bucketId: bucket.id, configurationIds: within.map(({ Id }) => Id) }
  } catch {
    // The configurations were just replaced, or the store is unwell: no request fails for its count.
    return undefined
  }
}

/** `tell` is called with the last chunk, or when the client is gone; not for what fails. */
function countChunks(
  chunks: AsyncIterable<Uint8Array>,
  sizeBytes: number,
  tell: (bytes: number) => void,
): AsyncIterable<Uint8Array> {
  let bytes = 0
  let isTold = false
  const end = (): void => {
    if (isTold || bytes === 0) return
    isTold = true
    tell(bytes)
  }
  return {
    [Symbol.asyncIterator]() {
      const iterator = chunks[Symbol.asyncIterator]()
      return {
        async next() {
          const result = await iterator.next()
          if (!result.done) bytes += result.value.length
          if (result.done || bytes >= sizeBytes) end()
          return result
        },
        async return() {
          end()
          return (await iterator.return?.()) ?? { done: true, value: undefined }
        },
      }
    },
  }
}
