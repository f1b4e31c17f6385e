/** A prefix as that of a folder: with a slash at its end, unless there is none. */
export function asFolder(prefix = ''): string {
  return prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`
}
