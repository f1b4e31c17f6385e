/** A name or value of a query, percent-encoded as it is signed. */
export function encodeQueryText(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

/** The path of an object as it is signed. */
export function objectPath(bucket: string, key: string): string {
  return `/${bucket}/${key.split('/').map(encodeQueryText).join('/')}`
}

/** Parts of a path that browsers resolve, however they are spelt, before they send it. */
const RESOLVED = /(^|\/)\.\.?(\/|$)/

/**
 * The same path as a browser may send it: `a/../b` is a key like any other, so its slashes are hidden from the browser. Those
 * who check the signature take them for slashes again.
 */
export function sentPath(path: string): string {
  const [, bucket, key] = /^\/([^/]+)\/(.*)$/s.exec(path) ?? []
  if (bucket === undefined || key === undefined || !RESOLVED.test(key)) return path
  // A key that is such a part by itself would be taken for one behind a slash.
  const slash = /^\.\.?$/.test(key) ? '%2F' : '/'
  return `/${bucket}${slash}${key.replaceAll('/', '%2F')}`
}
