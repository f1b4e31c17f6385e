/**
 * The Content-Encoding that is kept of a request: aws-chunked is taken off with the framing and does not belong to the
 * object. `undefined` where nothing remains.
 */
export function storedContentEncoding(contentEncoding: string): string | undefined {
  if (!/aws-chunked/i.test(contentEncoding)) return contentEncoding
  const codings = contentEncoding.split(',').map((coding) => coding.trim())
  const kept = codings.filter((coding) => coding !== '' && coding.toLowerCase() !== 'aws-chunked')
  return kept.length > 0 ? kept.join(',') : undefined
}
