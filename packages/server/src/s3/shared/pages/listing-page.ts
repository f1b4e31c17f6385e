import { S3Error } from '../../../model/s3-error.ts'

/** Source: S3 API Reference, ListObjectsV2, ListParts and their like: never more than 1,000 in one answer. */
const MOST_ENTRIES = 1000

/** How many entries a listing may return; `argument` names the query parameter in the error. */
export function pageSize(argument: string, requested: number | undefined): number {
  if (requested === undefined) return MOST_ENTRIES
  if (requested >= 0) return Math.min(requested, MOST_ENTRIES)
  const fields = { ArgumentName: argument, ArgumentValue: String(requested) }
  throw new S3Error('InvalidArgument', fields, {
    message: `Argument ${argument} must be an integer between 0 and 2147483647`,
  })
}

/**
 * Text as `encoding-type=url` asks for it: percent-encoded UTF-8 with `/` kept and a space as `+`, so that control
 * characters survive XML 1.0. `undefined` stays so.
 */
export function listingEncoder(encodingType: 'url' | undefined): (text: string) => string {
  if (encodingType !== 'url') return (text) => text
  return (text) =>
    encodeURIComponent(text)
      .replaceAll('%2F', '/')
      .replaceAll('%20', '+')
      .replace(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
}

/** What {@link listingEncoder} leaves as it is, by byte. */
const isLeft = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < 0x80 && /[A-Za-z0-9\-_.*/]/.test(String.fromCharCode(byte)) ? 1 : 0,
)

/** Whether these bytes of UTF-8 are what {@link listingEncoder} makes of them. */
export function plainBytes(
  encodingType: 'url' | undefined,
): (bytes: Uint8Array, start: number, end: number) => boolean {
  if (encodingType !== 'url') return () => true
  return (bytes, start, end) => {
    for (let at = start; at < end; at++) if (isLeft[bytes[at] ?? 0] === 0) return false
    return true
  }
}
