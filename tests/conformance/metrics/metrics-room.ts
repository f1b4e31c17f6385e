import { type AccessRoom, withMd5 } from '../access/access-room.ts'
import { type RawAnswer, xmlTexts } from '../../support/raw-request.ts'

/** The query of the request that lists all configurations. */
export const METRICS = 'metrics='

/** The query of the requests about one configuration. */
export function metricsOf(id: string): string {
  return `id=${encodeURIComponent(id)}&${METRICS}`
}

export function metricsXml(id: string, filter = ''): string {
  const inner = filter === '' ? '' : `<Filter>${filter}</Filter>`
  return `<MetricsConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Id>${id}</Id>${inner}</MetricsConfiguration>`
}

/** What puts a configuration: the parts of its request. */
export function putting(id: string, body = metricsXml(id)) {
  return { query: metricsOf(id), body, headers: withMd5(body) }
}

export function putMetrics(room: AccessRoom, bucket: string, id: string, filter = ''): Promise<RawAnswer> {
  return room.must('owner', 'PUT', bucket, undefined, putting(id, metricsXml(id, filter)))
}

/** The ids of a bucket's configurations, on its first page. */
export async function metricsIds(room: AccessRoom, bucket: string): Promise<string[]> {
  return xmlTexts((await room.must('owner', 'GET', bucket, undefined, { query: METRICS })).text, 'Id')
}

/** What `/-/metrics` tells of one configuration: by the name without `holdfast_bucket_`, for requests by their kind. */
export async function toldOf(room: AccessRoom, bucket: string, filter: string) {
  const text = await (await fetch(`${room.server.url}/-/metrics`)).text()
  const told: Record<string, number> = {}
  const line = /^holdfast_bucket_(\w+)\{bucket="([^"]*)",filter="([^"]*)"(?:,kind="(\w+)")?\} (\S+)$/gm
  for (const [, name = '', its, id, kind, value] of text.matchAll(line))
    if (its === bucket && id === filter) told[kind ?? name] = Number(value)
  return told
}
