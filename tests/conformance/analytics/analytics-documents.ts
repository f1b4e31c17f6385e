import { type AccessRoom, withMd5 } from '../access/access-room.ts'
import { type RawAnswer, xmlTexts } from '../../support/raw-request.ts'

/** The query of the request that lists all configurations. */
export const ANALYTICS = 'analytics='

/** The query of the requests about one configuration. */
export function analyticsOf(id: string): string {
  return `id=${encodeURIComponent(id)}&${ANALYTICS}`
}

export interface AnalyticsParts {
  /** What stands in the filter. Absent: there is none. */
  readonly filter?: string
  /** The bucket that takes the exports. Absent: there are none. */
  readonly destination?: string
  /** Further elements of the destination. */
  readonly inDestination?: string
  readonly format?: string
  readonly version?: string
}

export function analyticsXml(id: string, parts: AnalyticsParts = {}): string {
  const { filter, destination, inDestination = '', format = 'CSV', version = 'V_1' } = parts
  const exported =
    destination === undefined
      ? ''
      : [
          `<DataExport><OutputSchemaVersion>${version}</OutputSchemaVersion><Destination><S3BucketDestination>`,
          `<Format>${format}</Format><Bucket>arn:aws:s3:::${destination}</Bucket>${inDestination}`,
          '</S3BucketDestination></Destination></DataExport>',
        ].join('')
  return [
    `<AnalyticsConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Id>${id}</Id>`,
    filter === undefined ? '' : `<Filter>${filter}</Filter>`,
    `<StorageClassAnalysis>${exported}</StorageClassAnalysis></AnalyticsConfiguration>`,
  ].join('')
}

/** What puts a configuration: the parts of its request. */
export function putting(id: string, body = analyticsXml(id)) {
  return { query: analyticsOf(id), body, headers: withMd5(body) }
}

export function putAnalytics(
  room: AccessRoom,
  bucket: string,
  id: string,
  parts: AnalyticsParts = {},
): Promise<RawAnswer> {
  return room.must('owner', 'PUT', bucket, undefined, putting(id, analyticsXml(id, parts)))
}

/** The ids of a bucket's configurations, on its first page. */
export async function analyticsIds(room: AccessRoom, bucket: string): Promise<string[]> {
  return xmlTexts((await room.must('owner', 'GET', bucket, undefined, { query: ANALYTICS })).text, 'Id')
}
