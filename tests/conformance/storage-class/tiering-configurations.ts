import { type AccessRoom, withMd5 } from '../access/access-room.ts'
import { type RawAnswer, xmlTexts } from '../../support/raw-request.ts'

/** The query of the requests about one configuration. */
export function tieringOf(id: string): string {
  return `id=${encodeURIComponent(id)}&intelligent-tiering=`
}

/** What a request about the configuration `one` is about. */
export const ONE = { query: tieringOf('one') }

/** The query of the request that lists them all. */
export const TIERING = 'intelligent-tiering='

export function tier(name: string, days: number): string {
  return `<Tiering><Days>${days}</Days><AccessTier>${name}</AccessTier></Tiering>`
}

export const ARCHIVE = tier('ARCHIVE_ACCESS', 90)

/** The document of a configuration: id, tiers, and what else is in it. */
export function tieringXml(id: string, inner = ARCHIVE, filter = '', status = 'Enabled'): string {
  return `<IntelligentTieringConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Id>${id}</Id>${filter}<Status>${status}</Status>${inner}</IntelligentTieringConfiguration>`
}

/** A put of a configuration by the bucket's owner, which has to succeed. */
export function putTiering(
  room: AccessRoom,
  bucket: string,
  id: string,
  body = tieringXml(id),
): Promise<RawAnswer> {
  return room.must('owner', 'PUT', bucket, undefined, { query: tieringOf(id), body, headers: withMd5(body) })
}

/** The ids of a bucket's configurations, on its first page. */
export async function tieringIds(room: AccessRoom, bucket: string): Promise<string[]> {
  return xmlTexts((await room.must('owner', 'GET', bucket, undefined, { query: TIERING })).text, 'Id')
}
