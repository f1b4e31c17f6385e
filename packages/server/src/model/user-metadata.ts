import { isUtf8 } from 'node:buffer'
import { S3Error } from './s3-error.ts'

/** Limit on all names (without `x-amz-meta-`) and values of an object together, as UTF-8. */
const METADATA_LIMIT_BYTES = 2048
/** Limit on the header section of a request. */
const HEADER_SECTION_LIMIT_BYTES = 8192

/** Names of headers (RFC 9110, "token"): metadata that came in a form must leave as a header. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]*$/
const PRINTABLE_ASCII = /^[\t\x20-\x7e]*$/
const ENCODED_WORD = /=\?([\w-]+)\?([bq])\?([^?\s]*)\?=/gi
const SPACE_BETWEEN_WORDS = /(?<=\?=)\s+(?==\?[\w-]+\?[bq]\?[^?\s]*\?=)/gi

/**
 * Throws unless S3 would keep this metadata: MetadataTooLarge over 2 KB, InvalidArgument for a name that is no header's.
 * Names come without `x-amz-meta-`, values decoded. Source: S3 User Guide, "Working with object metadata".
 */
export function assertUserMetadata(metadata: Readonly<Record<string, string>>): void {
  let sizeBytes = 0
  for (const [name, value] of Object.entries(metadata)) {
    if (!TOKEN.test(name)) throw invalidName(name)
    sizeBytes += Buffer.byteLength(name) + Buffer.byteLength(value)
  }
  if (sizeBytes > METADATA_LIMIT_BYTES) {
    const fields = { Size: String(sizeBytes), MaxSizeAllowed: String(METADATA_LIMIT_BYTES) }
    throw new S3Error('MetadataTooLarge', fields)
  }
}

function invalidName(name: string): S3Error {
  const fields = { ArgumentName: 'x-amz-meta-', ArgumentValue: name }
  return new S3Error('InvalidArgument', fields, {
    message: 'The name of a metadata entry is not a header name.',
  })
}

/**
 * A metadata value as it is stored, from the header it came in. The header's bytes are ISO 8859-1, as Node reads them,
 * and encoded words of RFC 2047 in UTF-8, ISO 8859-1 or US-ASCII are decoded; others stay as they are.
 * Source: S3 User Guide, "Working with object metadata": values are "decoded as per RFC 2047 before storing".
 */
export function metadataFromHeader(header: string): string {
  if (!header.includes('=?')) return header
  return header
    .replaceAll(SPACE_BETWEEN_WORDS, '')
    .replaceAll(ENCODED_WORD, (word: string, charset: string, encoding: string, text: string) => {
      const bytes = /b/i.test(encoding) ? Buffer.from(text, 'base64') : quotedPrintable(text)
      return charsetDecoder(charset)?.(bytes) ?? word
    })
}

/**
 * A stored metadata value as the header that returns it: as it is where that is printable US-ASCII, else one encoded
 * word of RFC 2047, of any length, since clients that decode at all decode word by word.
 */
export function metadataToHeader(value: string): string {
  return PRINTABLE_ASCII.test(value) ? value : `=?UTF-8?B?${Buffer.from(value).toString('base64')}?=`
}

/** Bytes of the `Q` encoding: an underscore is a space, `=` and two hexadecimal digits are a byte. */
function quotedPrintable(text: string): Buffer {
  const spaced = text.replaceAll('_', ' ')
  const bytes = spaced.replaceAll(/=([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(parseInt(hex, 16)),
  )
  return Buffer.from(bytes, 'latin1')
}

function charsetDecoder(charset: string): ((bytes: Buffer) => string | undefined) | undefined {
  switch (charset.toLowerCase()) {
    case 'utf-8':
      return (bytes) => (isUtf8(bytes) ? bytes.toString('utf8') : undefined)
    case 'us-ascii':
    case 'iso-8859-1':
      return (bytes) => bytes.toString('latin1')
    default:
      return undefined
  }
}

/**
 * Throws RequestHeaderSectionTooLarge where a request's headers and query are over 8 KB together.
 * Source: S3 User Guide, "Working with object metadata"; S3 API Reference, "Error responses".
 */
export function assertHeaderSectionSize(
  headers: Readonly<Record<string, string | undefined>>,
  query: string,
): void {
  let sizeBytes = query.length
  for (const name of Object.keys(headers)) sizeBytes += name.length + (headers[name]?.length ?? 0)
  if (sizeBytes > HEADER_SECTION_LIMIT_BYTES) {
    throw new S3Error('RequestHeaderSectionTooLarge', { MaxSizeAllowed: String(HEADER_SECTION_LIMIT_BYTES) })
  }
}
