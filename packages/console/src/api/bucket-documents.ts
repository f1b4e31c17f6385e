import { ApiError } from './api-error.ts'
import { send, sendXml } from './send.ts'

/** A document that configures a bucket; empty where there is none. `resource`: what S3 calls it in a query. */
export async function getDocument(bucket: string, resource: string, signal?: AbortSignal): Promise<string> {
  try {
    const response = await send({ method: 'GET', path: `/${bucket}`, query: { [resource]: '' }, signal })
    return await response.text()
  } catch (error) {
    // Each kind has a code of its own for "there is none", all with 404.
    if (error instanceof ApiError && error.status === 404 && error.code !== 'NoSuchBucket') return ''
    throw error
  }
}

export async function putDocument(bucket: string, resource: string, body: string): Promise<void> {
  await sendXml({ method: 'PUT', path: `/${bucket}`, query: { [resource]: '' }, body })
}

export async function deleteDocument(bucket: string, resource: string): Promise<void> {
  await send({ method: 'DELETE', path: `/${bucket}`, query: { [resource]: '' } })
}
