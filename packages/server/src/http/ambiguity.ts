import type { RequestHead } from '../base/request-head.ts'
import { S3Error } from '../model/s3-error.ts'

/**
 * Headers that have one value. Node takes the first of two for some and joins others, and whoever stands before or behind
 * this server may take the other one.
 */
const SINGLE = new Set([
  'access-control-request-method',
  'authorization',
  'content-disposition',
  'content-length',
  'content-md5',
  'content-range',
  'content-type',
  'date',
  'etag',
  'expires',
  'from',
  'host',
  'if-modified-since',
  'if-range',
  'if-unmodified-since',
  'last-modified',
  'location',
  'max-forwards',
  'origin',
  'proxy-authorization',
  'range',
  'referer',
  'retry-after',
  'server',
  'user-agent',
])

/** Lists, and metadata, whose values S3 joins. Source: S3 User Guide, "Working with object metadata". */
const LISTS = /^x-amz-(?:meta-.*|grant-.*|trailer|object-attributes|optional-object-attributes)$/

/** A host, RFC 3986 without user names and escapes; the port may be empty. */
const HOST = /^(?:[\w.~!$&'()*+,;=-]+|\[[\da-f:.]+\])(?::\d*)?$/i

/**
 * Why a head is refused that two readers could understand in two ways: InvalidRequest (400), which RFC 9112, 3.2, asks for
 * where there is more than one Host, or one that is none.
 */
export function ambiguityOf({ headers, repeatedHeaders }: RequestHead): S3Error | undefined {
  for (const name in repeatedHeaders) {
    if (SINGLE.has(name) || (name.startsWith('x-amz-') && !LISTS.test(name))) {
      return invalid(`The header ${name} was given more than once`)
    }
  }
  const host = headers['host']
  return host === undefined || HOST.test(host) ? undefined : invalid('The request names no valid host')
}

function invalid(message: string): S3Error {
  return new S3Error('InvalidRequest', {}, { message })
}
