import { ApiError } from './api-error.ts'
import { send, sendXml } from './send.ts'
import { parseXml, xmlChildren, xmlText } from './xml.ts'

/** Where a document is that configures something. */
export interface DocumentPlace {
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
}

/** A document of a bucket; `resource`: what S3 calls it in a query, `id`: of one of several. */
export function bucketDocument(bucket: string, resource: string, id?: string): DocumentPlace {
  return { path: `/${bucket}`, query: { [resource]: '', ...(id !== undefined && { id }) } }
}

/** Empty where there is none. */
export async function getDocument(place: DocumentPlace, signal?: AbortSignal): Promise<string> {
  try {
    const response = await send({ method: 'GET', ...place, signal })
    return await response.text()
  } catch (error) {
    // Each kind has a code of its own for "there is none", all with 404.
    if (error instanceof ApiError && error.status === 404 && error.code !== 'NoSuchBucket') return ''
    throw error
  }
}

export async function putDocument(place: DocumentPlace, body: string): Promise<void> {
  await sendXml({ method: 'PUT', ...place, body })
}

export async function deleteDocument(place: DocumentPlace): Promise<void> {
  await send({ method: 'DELETE', ...place })
}

/** The ids of all documents of a kind that a bucket has several of. `root`: of one of them. */
export async function documentIds(
  bucket: string,
  resource: string,
  root: string,
  signal?: AbortSignal,
): Promise<string[]> {
  const ids: string[] = []
  let token: string | undefined
  do {
    const query = { [resource]: '', ...(token !== undefined && { 'continuation-token': token }) }
    const answer = await send({ method: 'GET', path: `/${bucket}`, query, signal })
    const page = parseXml(await answer.text())
    ids.push(...xmlChildren(page, root).map((found) => xmlText(found, 'Id') ?? ''))
    token = xmlText(page, 'NextContinuationToken')
  } while (token !== undefined)
  return ids
}
