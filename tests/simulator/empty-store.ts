import { xmlTexts } from '../support/raw-request.ts'
import { BUCKETS } from './plan.ts'
import type { Answer, Request } from './request.ts'
import { pathOf } from './simulated-client.ts'

/** Deletes every version of everything, ends every upload, and deletes the buckets. */
export async function emptyStore(demand: (request: Request) => Promise<Answer>): Promise<void> {
  for (const bucket of BUCKETS) {
    for (const [key, versionId] of pairs(
      (await demand({ path: `/${bucket}`, query: 'versions=' })).text,
      'VersionId',
    )) {
      await demand({ method: 'DELETE', path: pathOf({ bucket, key }), query: `versionId=${versionId}` })
    }
    for (const [key, uploadId] of pairs(
      (await demand({ path: `/${bucket}`, query: 'uploads=' })).text,
      'UploadId',
    )) {
      await demand({ method: 'DELETE', path: pathOf({ bucket, key }), query: `uploadId=${uploadId}` })
    }
    await demand({ method: 'DELETE', path: `/${bucket}` })
  }
}

function pairs(xml: string, id: 'VersionId' | 'UploadId'): [key: string, id: string][] {
  const keys = xmlTexts(xml, 'Key')
  return xmlTexts(xml, id).map((value, index) => [keys[index] ?? '', encodeURIComponent(value)])
}
