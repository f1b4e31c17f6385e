import { type RawAnswer, xmlTexts } from '../../support/raw-request.ts'
import type { AccessRoom, Parts, Who } from '../access/access-room.ts'

/** The query of the request that lists them all. */
export const ANNOTATIONS = 'annotation='

/** The query of the requests about one annotation. */
export function annotationOf(name: string, versionId?: string): string {
  const version = versionId === undefined ? '' : `&versionId=${encodeURIComponent(versionId)}`
  return `annotation=&annotationName=${encodeURIComponent(name)}${version}`
}

/** An object and one annotation of it. */
export interface Place {
  readonly bucket: string
  readonly key: string
  readonly name: string
  readonly versionId?: string
}

export function askAnnotation(
  room: AccessRoom,
  who: Who,
  method: string,
  { bucket, key, name, versionId }: Place,
  parts: Parts = {},
): Promise<RawAnswer> {
  return room.ask(who, method, bucket, key, { query: annotationOf(name, versionId), ...parts })
}

export async function annotate(
  room: AccessRoom,
  place: Place,
  body: string | Uint8Array,
): Promise<RawAnswer> {
  const answer = await askAnnotation(room, 'owner', 'PUT', place, { body })
  if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`)
  return answer
}

/** The names of an object's annotations, on their first page. */
export async function annotationNames(
  room: AccessRoom,
  bucket: string,
  key: string,
  more = '',
): Promise<string[]> {
  const { text } = await room.must('owner', 'GET', bucket, key, { query: `${ANNOTATIONS}${more}` })
  return xmlTexts(text, 'AnnotationName')
}
