import { decodeHeaderText } from '../../../base/header-text.ts'
import type { RequestHead } from '../../../base/request-head.ts'

/**
 * What a request says under the name of a header, which is in lower case. A presigned URL may carry headers that begin
 * with `x-amz-` in its query, in any case; what decides on a request has to see them there too.
 */
export function requestParameter(
  { headers }: RequestHead,
  query: ReadonlyMap<string, string>,
  name: string,
): string | undefined {
  const header = headers[name]
  if (header !== undefined) return decodeHeaderText(header)
  if (query.size === 0 || !name.startsWith('x-amz-')) return undefined
  for (const [key, value] of query) if (key.length === name.length && key.toLowerCase() === name) return value
  return undefined
}
