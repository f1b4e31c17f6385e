/** Whether `key` is in a range of a table, whose end is not part of it. */
export function inRange(
  { start, end }: { readonly start: Uint8Array; readonly end: Uint8Array },
  key: Uint8Array,
): boolean {
  return Buffer.compare(key, start) >= 0 && Buffer.compare(key, end) < 0
}
