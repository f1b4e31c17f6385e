import { assert, violated } from '../base/assert.ts'
import { type Change, MAX_KEY_BYTES, type ScanRange } from './ordered-store.ts'

/**
 * No value that comes and goes often should be larger: with its head it fills one page of LMDB. What takes two wants them
 * side by side, and a store that has lived has few such places (bench/micro/lived-in.ts).
 */
export const WHOLE_VALUE_BYTES = 8000

/** The range of all rows: no key begins with either byte. */
export const ALL_KEYS = { start: Buffer.of(0), end: Buffer.of(0xff) } as const

/** Every engine refuses what any engine would: the layers above guarantee it. */
export function assertKey(key: Uint8Array): void {
  if (key.length === 0 || key.length > MAX_KEY_BYTES) violated(`a key of ${key.length} bytes`)
}

export function assertChange({ expect, put, remove }: Change): void {
  for (const { key } of expect) assertKey(key)
  for (const { key } of put) assertKey(key)
  for (const key of remove) assertKey(key)
}

export function assertRange({ start, end, limit, reverse, grouping }: ScanRange): void {
  if (start.length > MAX_KEY_BYTES || end.length > MAX_KEY_BYTES)
    violated(`bounds of ${start.length} and ${end.length} bytes`)
  if (!Number.isSafeInteger(limit) || limit < 0) violated(`a scan of ${limit}`)
  if (!grouping) return
  assert(!reverse, 'groups from the end down')
  assert(grouping.mark.length > 0 && !grouping.mark.includes(0), 'a mark that is none')
}
