import { signedIn } from './session.ts'
import { s3Url } from './settings.ts'
import { presignedQuery } from './signature.ts'
import { objectPath, sentPath } from './uri-encoding.ts'

export interface Share {
  readonly bucket: string
  readonly key: string
  readonly versionId?: string | undefined
  readonly expiresInSeconds: number
  /** Saved under this name rather than shown. */
  readonly saveAs?: string | undefined
  /** That S3 is to say it is of, in place of the object's own. */
  readonly contentType?: string | undefined
}

/** A link to an object on S3's own address, good for who has it until it expires. */
export async function presignedLink(share: Share): Promise<string> {
  const { bucket, key, versionId, expiresInSeconds, saveAs, contentType } = share
  const endpoint = await s3Url()
  const path = objectPath(bucket, key)
  const query = {
    ...(versionId !== undefined && { versionId }),
    ...(saveAs !== undefined && { 'response-content-disposition': attachment(saveAs) }),
    ...(contentType !== undefined && { 'response-content-type': contentType }),
  }
  const { credentials, region } = signedIn()
  const scope = { credentials, region, service: 's3', now: new Date() }
  const request = { method: 'GET', path, query, headers: { host: endpoint.host } }
  return `${endpoint.origin}${sentPath(path)}?${presignedQuery(request, scope, expiresInSeconds)}`
}

/** Source: RFC 6266, 4.3, and RFC 8187. */
function attachment(name: string): string {
  const encoded = encodeURIComponent(name.toWellFormed()).replaceAll(/['()*]/g, percent)
  return `attachment; filename*=UTF-8''${encoded}`
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`
}
